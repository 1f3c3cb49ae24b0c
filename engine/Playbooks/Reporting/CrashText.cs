using Playbooks.Connections;

namespace Playbooks.Reporting;

/// <summary>What is said where play itself breaks: what broke, and where in play; nothing of the values that it worked with.</summary>
public static class CrashText
{
    public static string Of(Exception e, Masker masker)
    {
        var place = e.StackTrace?.Split('\n')[0].Trim();
        return $"play: this broke: {masker.Mask(e.Message)} ({e.GetType().Name}{(string.IsNullOrEmpty(place) ? "" : " " + masker.Mask(place))})\nThis is a defect of play itself: please report it. What the run had done is not put back.";
    }
}
