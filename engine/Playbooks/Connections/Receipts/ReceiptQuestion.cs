using System.Globalization;
using Playbooks.Model;

namespace Playbooks.Connections.Receipts;

/// <summary>Asks a machine after the receipts of one attempt, all its commands there.</summary>
internal sealed class ReceiptQuestion(ReceiptFolder folder, Claim claim, Host host)
{
    private const string Sealed = "never";

    /// <summary>
    /// The process is looked at before its end is read: it writes that before it is gone. To seal is to take the next receipt, so that what was
    /// sent and has not begun yet never will.
    /// </summary>
    public string Script(bool seals) => $$"""
        d={{ShellText.Word(folder.Path!)}}
        [ -d "$d" ] || exit
        b=
        { read -r b </proc/sys/kernel/random/boot_id; } 2>/dev/null
        k=
        { read -r k <"$d/since"; } 2>/dev/null
        printf '%s\n' "boot $b" "since $k"
        n=1
        while :; do
        f=$d/{{Receipt.Name(claim, host, "$n")}}
        {{(seals ? $$"""if { set -C; printf '{{Sealed}}\n' >"$f"; } 2>/dev/null; then break; fi; set +C; [ -e "$f" ] || { echo open; break; }""" : """[ -e "$f" ] || break""")}}
        i= u= s= e=
        """ + """

        { read -r i; read -r u; } <"$f"
        { read -r s <"/proc/${i%% *}/stat"; } 2>/dev/null
        { read -r e <"$f.end"; } 2>/dev/null
        printf '%s\n' "id $i" "user $u" "stat $s" "end $e"
        n=$((n+1))
        done
        echo all
        """;

    /// <summary>By the command's number; of those that are not in it there is no receipt, and under 0 stands what that means, where it is not that they never were started. Null: the folder is gone.</summary>
    public static IReadOnlyDictionary<int, ReceiptAnswer>? Read(string answer, Claim claim, bool seals)
    {
        var lines = answer.Split('\n');
        if (lines is not [['b', 'o', 'o', 't', ' ', .. var boot], ..] || !lines.Contains("all")) return null;
        // It was made anew after that was begun.
        ReceiptAnswer? missing = long.TryParse(lines[1]["since ".Length..], NumberStyles.None, CultureInfo.InvariantCulture, out var since) && claim.Number <= since ? new ReceiptAnswer.Unclear(ReceiptFolder.Gone) : null;
        var answers = new Dictionary<int, ReceiptAnswer>();
        for (var at = 2; at + 3 < lines.Length && lines[at].StartsWith("id ", StringComparison.Ordinal); at += 4)
            answers[answers.Count + 1] = Of(lines[at][3..], lines[at + 1][5..], lines[at + 2][5..], lines[at + 3][4..], boot) is var told && told is ReceiptAnswer.Never && missing is not null ? missing : told;
        if (seals) answers[answers.Count + 1] = lines.Contains("open") ? new ReceiptAnswer.Unclear("its receipt can be neither found nor made there") : missing ?? new ReceiptAnswer.Never { IsSealed = true };
        if (missing is not null) answers[0] = missing;
        return answers;
    }

    private static ReceiptAnswer Of(string id, string user, string stat, string end, string boot)
    {
        if (id == Sealed) return new ReceiptAnswer.Never { IsSealed = true };
        if (EndOf(end) is { } done) return done;
        if (ProcessIdentity.Read(id, user.Length > 0 ? user : null) is not { } process)
            return new ReceiptAnswer.Unclear(id.Length > 0 ? "the machine does not say which process it is" : "its receipt is empty, as on a full disk");
        if (boot.Length != 36) return new ReceiptAnswer.Unclear("the machine did not tell which processes it has");
        var lives = boot == process.Boot && ProcessTable.StatOf(stat) is { Dead: false } now && now.Start == process.Start;
        return lives ? new ReceiptAnswer.Running(process) : new ReceiptAnswer.Lost(process);
    }

    /// <summary>What was written in one go, and to its end.</summary>
    private static ReceiptAnswer.Done? EndOf(string end)
    {
        if (end.Split(' ') is not [var number, .. var how, "done"] || !int.TryParse(number, NumberStyles.None, CultureInfo.InvariantCulture, out var code)) return null;
        return how is ["signal"] ? new ReceiptAnswer.Done(null, SignalNames.Of(code - 128) ?? $"{code - 128}") : how is [] ? new ReceiptAnswer.Done(code, null) : null;
    }
}
