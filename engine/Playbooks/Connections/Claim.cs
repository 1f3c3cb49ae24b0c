namespace Playbooks.Connections;

/// <summary>Which attempt of which run a command belongs to: by it a host and this machine can be asked after the command later.</summary>
/// <param name="Run">The run's name.</param>
/// <param name="Address">The attempt's address in the run, as text: those of the steps inside an action begin with the action's own.</param>
/// <param name="Number">The number of the event that began the attempt: no other attempt of the run has it. 0: nothing is begun by it that must not be begun twice.</param>
public sealed record Claim(string Run, string Address, long Number = 0);
