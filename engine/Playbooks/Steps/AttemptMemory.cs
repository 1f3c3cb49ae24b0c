namespace Playbooks.Steps;

/// <summary>What a kind keeps from one attempt of an item to the next; each machine it runs on has one.</summary>
public sealed class AttemptMemory
{
    private readonly Dictionary<string, AttemptMemory> machines = [];

    /// <summary>Only the kind itself knows what this is; null on the first attempt.</summary>
    public object? Kept { get; set; }

    internal AttemptMemory On(string machine) => machines.TryGetValue(machine, out var memory) ? memory : machines[machine] = new AttemptMemory();
}
