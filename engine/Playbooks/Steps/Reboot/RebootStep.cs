using Playbooks.Model;

namespace Playbooks.Steps.Reboot;

/// <summary>`reboot`: starts a machine anew, and waits for it.</summary>
public sealed class RebootStep : StepKind
{
    /// <summary>Servers with much memory take minutes to look at it.</summary>
    public override TimeSpan? DefaultTimeout => TimeSpan.FromMinutes(10);

    public override string Name => "reboot";

    public override string Summary => "Starts a machine anew, and waits until it takes us in and has a new boot id. Its `timeout` is 10m unless said.";

    public override string BareParameter => "command";

    public override IReadOnlyList<Key> Parameters =>
    [
        new("command", "words", "The program that does it and its arguments, as one text that is split as a shell would split it, or as a list; unless said, `systemctl reboot`, `shutdown -r now` or `reboot`, the first that fits its system."),
    ];

    public override IReadOnlyList<ResultField> Fields =>
    [
        new("boot_id", "text", "What the machine calls the time since its start."),
        new("old_boot_id", "text", "The same before."),
        new("down", "duration", "From when it was told until it was back."),
    ];

    public override bool CanProbe => false;

    public override string EffectText => "`once`";

    public override KindWork? Bind(Arguments arguments)
    {
        var words = WordTemplates.Of(arguments, "command");
        if (words is { Count: 0 } && arguments.Raw("command") is not null) arguments.Problems.Add(arguments.PlaceOf("command"), "there is no command here", "write the program and its arguments, or leave it out");
        return words is null ? null : new RebootWork(this, words);
    }
}

/// <summary>What a machine is asked about its start, or told to do.</summary>
internal static class RebootScript
{
    public const int MostBytes = 10_000;

    private const string Path = """
        LC_ALL=C PATH=$PATH:/usr/local/sbin:/usr/sbin:/sbin:/usr/bin:/bin
        export LC_ALL PATH

        """;

    /// <summary>
    /// Linux: proc(5), random/boot_id. FreeBSD 14 has kern.boot_id, macOS kern.bootsessionuuid; what is older only has the second it was
    /// started in (sysctl(3), KERN_BOOTTIME).
    /// </summary>
    public const string BootId = Path + """
        { read -r id </proc/sys/kernel/random/boot_id; } 2>/dev/null || for name in kern.boot_id kern.bootsessionuuid kern.boottime; do
            id=$(sysctl -n $name 2>/dev/null) && [ -n "$id" ] && break
        done
        case $id in *'sec = '*) id=${id#*sec = } id=${id%%,*};; esac
        printf 'play boot %s\n' "$id"
        """;

    /// <summary>systemd runs where its folder is (sd_booted(3)). `reboot` of the BSDs and of System V asks no service to end, and busybox has no `shutdown`.</summary>
    public const string Restart = Path + """
        if [ -d /run/systemd/system ]; then set -- systemctl --no-ask-password reboot
        elif command -v shutdown >/dev/null 2>&1; then set -- shutdown -r now
        else set -- reboot
        fi
        echo "$*"
        exec "$@"
        """;

    /// <summary>Null: it did not say. Only what is said so is one: an error's text is no new boot id.</summary>
    public static string? Read(ReadOnlySpan<byte> answer) =>
        System.Text.Encoding.UTF8.GetString(answer).TrimEnd('\n') is var line && line.StartsWith("play boot ", StringComparison.Ordinal) && line["play boot ".Length..].Trim() is { Length: > 0 } id && !id.Contains('\n', StringComparison.Ordinal) ? id : null;
}
