using Playbooks.Model;
using Playbooks.Problems;
using Playbooks.Templating;

namespace Playbooks.Steps;

/// <summary>A step of a kind, bound to what the playbook says, ready to run any number of times.</summary>
public abstract record KindWork(StepKind Kind) : Work
{
    /// <summary>Of a value that reports show.</summary>
    private const int MostShown = 2_000;

    private IReadOnlyList<Template> templates = [];
    private IReadOnlyDictionary<string, Node> given = new Dictionary<string, Node>();

    /// <summary>The templates of its parameters, as they were bound.</summary>
    public override IEnumerable<Template> Templates => templates;

    /// <summary>
    /// Those of them whose values may stand in a host's list of processes, which everybody there may read: no secret may go into them.
    /// All, unless a kind says which of them go another way.
    /// </summary>
    public virtual IEnumerable<Template> OnCommandLine => templates;

    public abstract Effect Effect { get; }

    /// <summary>Its parameters as a plan shows them, in the order of the playbook.</summary>
    public IReadOnlyList<ShownParameter> Shown => shown ??= [.. Show([.. given.Select(g => ShownParameter.Of(g.Key, DataTemplate.Parse(g.Value, new ProblemList()) ?? DataTemplate.Constant((g.Value as ScalarNode)?.Text.Value, g.Value.At)))])];

    private IReadOnlyList<ShownParameter>? shown;

    /// <summary>What it does with these names, for people: its kind and its parameters, filled in where they can be.</summary>
    /// <param name="scope">The names.</param>
    /// <param name="hide">Takes the secrets out of a value: before it is cut or written in another way, because then nobody would know them again.</param>
    public string Tell(Scope scope, Func<object?, object?> hide) => Credentials.Hidden($"{Kind.Name}: {string.Join(", ", Shown.Where(parameter => parameter.IsTold).Select(parameter => (parameter.Name == Kind.BareParameter ? "" : $"{parameter.Name}: ") + parameter.Lead + Filled(parameter, scope, hide)))}".TrimEnd(' ', ':'));

    private static string Filled(ShownParameter parameter, Scope scope, Func<object?, object?> hide)
    {
        object? value;
        try
        {
            value = hide(parameter.Fill(scope));
        }
        catch (ExpressionException)
        {
            value = parameter.Written;
        }
        return value as string is { Length: <= MostShown } text ? text : Data.Show(value, MostShown);
    }

    /// <summary>Some of it is done on a host by somebody, who may be another through `sudo`.</summary>
    public virtual bool TakesSudo => Kind.RunsAt == PlaceKind.Host;

    /// <summary>All that it begins on a machine is a command through <see cref="StepContext.Run"/>, so that the machine can be asked after it.</summary>
    public virtual bool LeavesReceipts => Kind.IsUsersCommand;

    /// <summary>What is wrong where it runs on several hosts; null: nothing that is known before the run.</summary>
    public virtual (Position At, string Message, string Mend)? WrongOnMany => null;

    /// <summary>
    /// Does the work once. A failed assertion, an error and an unknown end are results; what cannot be reached and a template
    /// that cannot be filled in are exceptions of their own.
    /// </summary>
    /// <exception cref="Connections.HostUnreachableException">The machine cannot be reached, and nothing was run there.</exception>
    /// <exception cref="ExpressionException">A template cannot be filled in.</exception>
    public abstract Task<StepResult> Run(StepContext context, CancellationToken cancel);

    /// <summary>A kind changes here what is sent in another form than it is written, such as the words of a command.</summary>
    protected virtual IEnumerable<ShownParameter> Show(IReadOnlyList<ShownParameter> written) => written;

    internal KindWork With(IReadOnlyList<Template> bound, IReadOnlyDictionary<string, Node> said) => this with { templates = bound, given = said, shown = null };
}
