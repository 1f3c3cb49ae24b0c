using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Playbooks.Connections;
using Playbooks.Model;
using Playbooks.Problems;
using Playbooks.Templating;

namespace Playbooks.Steps.Script;

/// <summary>A `script` step, bound.</summary>
internal sealed record ScriptWork(StepKind Kind, ScriptFile File, IReadOnlyList<Template> Args, CommandSettings Settings) : KindWork(Kind)
{
    /// <summary>The shell that brings it in says by this that the script itself was not run.</summary>
    private const int NotRun = 125;

    private static readonly TimeSpan CleaningTime = TimeSpan.FromSeconds(10);

    public override IEnumerable<Template> OnCommandLine => base.OnCommandLine.Except(Settings.OffCommandLine);

    public override Effect Effect => Effect.Once;

    public override IEnumerable<SourceText> Texts => [File.Source];

    protected override IEnumerable<ShownParameter> Show(IReadOnlyList<ShownParameter> written) => written.Select(p => p.Name == "args" ? WordTemplates.Shown(p.Name, Args) : p);

    public override async Task<StepResult> Run(StepContext context, CancellationToken cancel)
    {
        var args = WordTemplates.Fill(Args, context.Scope);
        var input = Settings.Input(context.Scope);
        // Nobody else can know it: a directory of this name is ours.
        var folder = "play-" + RandomNumberGenerator.GetHexString(32, lowercase: true);
        var (result, ended) = await Settings.Run(Command(folder, args, input), context, cancel);
        if (ended is { End: CommandEnd.Unknown }) result = result with { Notes = [.. result.Notes, MayBeLeft(folder)] };
        else if (ended is { End: CommandEnd.TimedOut or CommandEnd.Flooded or CommandEnd.Cancelled } or { End: CommandEnd.Exited, Signal: not null }) result = await Clean(context, folder, result);
        var said = Encoding.UTF8.GetString((ended?.Stderr ?? default).Span);
        return ended is { End: CommandEnd.Exited, ExitCode: NotRun } && said.StartsWith(folder + ": ", StringComparison.Ordinal)
            ? StepResult.Error($"it was not run: {said[(folder.Length + 2)..].TrimEnd()}") with { Notes = result.Notes }
            : result;
    }

    /// <summary>What brings the script in and runs it.</summary>
    internal RemoteCommand Command(string folder, IReadOnlyList<string> args, byte[] input) => new()
    {
        Words = ["/bin/sh", "-c", HostText.Run, "sh", folder, File.Name, Number(File.Bytes.Length), Number(File.Bytes.Length + input.Length), File.Program, File.Option is null ? "" : "=" + File.Option, .. args],
        Stdin = (byte[])[.. File.Bytes, .. input],
    };

    /// <summary>What was killed could not clean up after itself.</summary>
    private static async Task<StepResult> Clean(StepContext context, string folder, StepResult result)
    {
        using var limit = new CancellationTokenSource(CleaningTime, context.Time);
        try
        {
            var cleaned = await context.Run(new RemoteCommand { Words = ["/bin/sh", "-c", HostText.Clean, "sh", folder] }, limit.Token);
            if (cleaned is { End: CommandEnd.Exited, ExitCode: 0 }) return result;
        }
        catch (HostUnreachableException)
        {
            // Told below, as whatever else kept it from being done.
        }
        return result with { Notes = [.. result.Notes, MayBeLeft(folder)] };
    }

    private static string MayBeLeft(string folder) => $"whether its copy there is gone is not known: a directory {folder} in TMPDIR, /tmp, /var/tmp or the home directory";

    private static string Number(int number) => number.ToString(CultureInfo.InvariantCulture);

    /// <summary>The fixed scripts of the host's side; what differs from run to run comes as words.</summary>
    private static class HostText
    {
        private const string Places = """
            places() { for place in "${TMPDIR:-/tmp}" /tmp /var/tmp "$HOME"; do case $place in /*) "$1" "$place/$name" && return ;; esac; done; return 1; }

            """;

        /// <summary>
        /// Words: the folder's name, the script's, its size, that of all that comes in, its program, `=` and the program's argument or nothing;
        /// then the script's own. The program is named, so that a place where nothing may be executed will do.
        /// </summary>
        public const string Run = Places + """
            name=$1 file=$2 size=$3 all=$4 program=$5 option=$6
            shift 6
            fail() { echo "$name: $1" >&2; exit 125; }
            make() { mkdir "$1" 2>/dev/null && folder=$1; }
            has() { [ $(wc -c <"$1") -eq "$2" ]; }
            mask=$(umask)
            umask 077
            [ -x "$program" ] || fail "there is no program $program here"
            places make || fail "no directory could be made for it in TMPDIR, /tmp, /var/tmp or the home directory"
            trap 'rm -rf "$folder"' 0
            trap 'exit 129' 1
            trap 'exit 130' 2
            trap 'exit 143' 15
            mkdir "$folder/it" && cat >"$folder/in" || fail "it could not be written to $folder"
            has "$folder/in" "$all" || fail "it did not arrive as a whole"
            script=$folder/it/$file input=/dev/null
            if [ "$size" -eq "$all" ]; then mv "$folder/in" "$script"
            else
                head -c "$size" "$folder/in" >"$script"
                input=$folder/input
                tail -c "+$((size + 1))" "$folder/in" >"$input" && rm "$folder/in"
            fi
            has "$script" "$size" && chmod 700 "$script" || fail "it could not be written to $folder"
            umask "$mask"
            if [ -n "$option" ]; then "$program" "${option#=}" "$script" "$@" <"$input"
            else "$program" "$script" "$@" <"$input"
            fi
            exit $?
            """;

        public const string Clean = Places + """
            name=$1
            gone() { [ ! -e "$1" ] || rm -rf "$1"; [ -e "$1" ] && left=yes; return 1; }
            left=
            places gone
            [ -z "$left" ]
            """;
    }
}
