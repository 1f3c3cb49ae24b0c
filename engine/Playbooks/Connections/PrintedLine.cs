namespace Playbooks.Connections;

/// <summary>A line that a command printed while it runs, for people to see; nothing depends on it.</summary>
/// <param name="Text">Without its end, and cut where it is very long; as the command wrote it, so not yet safe to show.</param>
/// <param name="Error">It came on standard error.</param>
/// <param name="Continues">It goes on the line told before, which had no end yet.</param>
/// <param name="LeftOut">Lines of that stream before this one that were not told: there were too many.</param>
public sealed record PrintedLine(string Text, bool Error, bool Continues = false, long LeftOut = 0);
