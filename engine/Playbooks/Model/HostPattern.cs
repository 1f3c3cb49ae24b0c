using Playbooks.Problems;
using Playbooks.Templating;

namespace Playbooks.Model;

/// <summary>
/// Says which hosts are meant: `was`, `web, was`, `site not web`, `was*`, `was[1:2]`, `was[route=tomcat1]`. Parsed before templates are filled in,
/// so a value can never widen it.
/// </summary>
public sealed class HostPattern
{
    private const int Longest = 2_000, MostCompared = 20;

    private readonly IReadOnlyList<Term> terms;

    internal HostPattern(Template template, IReadOnlyList<Term> terms) => (Template, this.terms) = (template, terms);

    public Template Template { get; }

    public Position At => Template.At;

    public string Text => Template.Text;

    /// <summary>Null where it cannot be read; the problems say why.</summary>
    public static HostPattern? Parse(PlacedText text, ProblemList problems)
    {
        if (text.Value.Length <= Longest) return Template.Parse(text, problems) is { } template ? new HostPatternParser(template, problems).Parse() : null;
        problems.Add(text.At(0), $"a pattern has at most {Longest} characters, and this one has {text.Value.Length}", "make a group of these hosts");
        return null;
    }

    /// <summary>The hosts it selects, in inventory order.</summary>
    /// <param name="inventory">The hosts and groups there are.</param>
    /// <param name="scope">What its templates see.</param>
    /// <param name="valuesAreHosts">
    /// A filled-in value names one host and never a group: so for values that a run found out, which a host may have printed.
    /// </param>
    /// <exception cref="ExpressionException">A name in it names nothing, or a template cannot be filled in.</exception>
    public IReadOnlyList<Host> Select(Inventory inventory, Scope scope, bool valuesAreHosts = false) => Select(inventory, expression => expression.Evaluate(scope), valuesAreHosts);

    /// <summary>All hosts it might select, whatever its templates will give: what a mark before the step must cover.</summary>
    public IReadOnlyList<Host> Widest(Inventory inventory) => Select(inventory, _ => AnyValue);

    /// <summary>The groups among these that it names.</summary>
    public IEnumerable<string> Among(IReadOnlyCollection<string> groups) => groups.Where(group => terms.Any(term => term.Speaks([group])));

    /// <summary>It means several hosts whatever the inventory is, where these are groups.</summary>
    public bool IsSurelyMany(IReadOnlySet<string> knownGroups) => terms.All(term => term is { How: Joining.Or, Filter: null }) && (terms.Select(term => term.Text).OfType<string>().Distinct().Count() > 1
        || terms.Any(term => term.Names.Count > 1 || term.Text is { } name && (knownGroups.Contains(name) || name.Contains('*', StringComparison.Ordinal))));

    /// <summary>The names that a condition stands behind: one host has no use for it, so these are groups.</summary>
    public IEnumerable<string> Filtered => terms.Where(term => term.Filter is not null).Select(term => term.Text).OfType<string>();

    /// <summary>They may have a host in common, as far as their names tell: a group's hosts often begin with its name.</summary>
    public bool MayMeet(HostPattern other) => terms.Count > MostCompared || other.terms.Count > MostCompared || terms.Any(one => other.terms.Any(two => one.PlainName is not { } a || two.PlainName is not { } b
        || a.StartsWith(b, StringComparison.Ordinal) || b.StartsWith(a, StringComparison.Ordinal)));

    internal static readonly object AnyValue = new();

    private List<Host> Select(Inventory inventory, Func<Expression, object?> evaluate, bool valuesAreHosts = false)
    {
        var selected = new HashSet<Host>();
        foreach (var term in terms)
        {
            var hosts = term.Hosts(inventory, evaluate, valuesAreHosts);
            switch (term.How)
            {
                case Joining.Or: selected.UnionWith(hosts); break;
                case Joining.And: selected.IntersectWith(hosts); break;
                case Joining.Not when !term.IsOpen(inventory, evaluate): selected.ExceptWith(hosts); break;
            }
        }
        var ordered = inventory.Hosts.Where(selected.Contains).ToList();
        if (selected.Contains(Host.Control) && !ordered.Contains(Host.Control)) ordered.Add(Host.Control);
        return ordered;
    }

    /// <summary>The condition that no host meets, and what they have instead; null: it is not a condition.</summary>
    public string? Unmet(Inventory inventory, Scope scope)
    {
        foreach (var term in terms.Where(term => term.Filter is not null && term.How != Joining.Not))
        {
            var hosts = (term with { Filter = null }).Hosts(inventory, expression => expression.Evaluate(scope), valuesAreHosts: false).ToList();
            if (hosts.Count == 0 || hosts.Any(host => term.Filter!.Holds(host, expression => expression.Evaluate(scope)))) continue;
            var variable = term.Filter!.Variable;
            var values = hosts.Where(host => host.Variables.ContainsKey(variable)).Select(host => host.Variables[variable]).OfType<object>().Where(value => value is not (IMembers or IReadOnlyList<object?> or Secret or Absent)).Select(Data.ToText).Distinct().ToList();
            return values.Count > 0 ? $"`{variable}` is {string.Join(", ", values.Take(8))}{(values.Count > 8 ? ", …" : "")} there"
                : $"none of its hosts has `{variable}`{(Suggest.DidYouMean(variable, hosts.SelectMany(host => host.Variables.Keys).Distinct()) is { } near ? ": " + near : "")}";
        }
        return null;
    }

    private static bool IsAny(TemplatePart part, Func<Expression, object?> evaluate) =>
        part is TemplatePart.Hole hole && ReferenceEquals(evaluate(hole.Expression), AnyValue);

    private static string Fill(TemplatePart part, Func<Expression, object?> evaluate, Func<object?, string> write) => part switch
    {
        TemplatePart.Hole hole => write(evaluate(hole.Expression)),
        TemplatePart.Literal literal => literal.Text.Value,
        _ => throw new System.Diagnostics.UnreachableException(),
    };

    internal enum Joining
    {
        Or,
        And,
        Not,
    }

    /// <summary>One name of the pattern, perhaps with a condition, and how it joins what stands before it.</summary>
    internal sealed record Term(Joining How, IReadOnlyList<TemplatePart> Name, Filter? Filter, Position At)
    {
        /// <summary>Hosts that its range stands for; none where it has no range.</summary>
        public IReadOnlyList<string> Names { get; init; } = [];

        /// <summary>The name as it stands; null: a value is filled in.</summary>
        public string? Text => Name is [TemplatePart.Literal { Text.Value: var text }] ? text : null;

        /// <summary>The one name that it is; null: it may be any, or not these.</summary>
        public string? PlainName => How == Joining.Or && Names.Count == 0 && Text is { } name and not "all" && name.AsSpan().IndexOfAny('*', '?') < 0 ? name : null;

        /// <summary>Whether it stands for something only a run can tell: then it takes nothing away from the widest reading.</summary>
        public bool IsOpen(Inventory inventory, Func<Expression, object?> evaluate) =>
            Speaks(inventory.Open) || Name.Concat(Filter?.Value ?? []).Any(p => IsAny(p, evaluate));

        /// <summary>It is one of these names, as it stands.</summary>
        public bool Speaks(IReadOnlyCollection<string> names) => Name is [TemplatePart.Literal { Text.Value: var text }] && names.Contains(text);

        public IEnumerable<Host> Hosts(Inventory inventory, Func<Expression, object?> evaluate, bool valuesAreHosts)
        {
            var hosts = Named(inventory, evaluate, valuesAreHosts);
            return Filter is null ? hosts : hosts.Where(host => Filter.Holds(host, evaluate));
        }

        private IEnumerable<Host> Named(Inventory inventory, Func<Expression, object?> evaluate, bool valuesAreHosts)
        {
            if (Names.Count > 0) return Names.SelectMany(name => Exactly(inventory, name, At));
            if (Name is [TemplatePart.Hole { Expression: var alone }])
            {
                var value = evaluate(alone);
                if (ReferenceEquals(value, AnyValue)) return inventory.Hosts;
                if (value is IReadOnlyList<object?> names)
                    return names.SelectMany(name => Exactly(inventory, NameOf(name), At, valuesAreHosts));
                return Exactly(inventory, NameOf(value), At, valuesAreHosts);
            }
            if (Name.Any(p => IsAny(p, evaluate))) return inventory.Hosts;
            if (Name is [TemplatePart.Literal { Text.Value: var text }])
            {
                return text.Contains('*', StringComparison.Ordinal) || text.Contains('?', StringComparison.Ordinal)
                    ? Like(inventory, text, At)
                    : Exactly(inventory, text, At);
            }
            return Exactly(inventory, string.Concat(Name.Select(p => Fill(p, evaluate, value => value is long ? Data.ToText(value) : NameOf(value)))), At, valuesAreHosts);
        }

        private string NameOf(object? value) => value switch
        {
            string text => text,
            IMembers record when record.TryGet("name", out var name) && name is string text => text,
            _ => throw new ExpressionException(At, $"a pattern wants a host's or a group's name, but this is {Data.TypeName(value)} {Data.Show(value)}"),
        };

        private static IEnumerable<Host> Exactly(Inventory inventory, string name, Position at, bool onlyHosts = false)
        {
            if (onlyHosts && (name == "all" || inventory.Groups.ContainsKey(name)))
                throw new ExpressionException(at, $"`{name}` is a group, and a value that the run found out may name only one host", "write the group out, or take it from a param");
            if (name == "all") return inventory.Hosts;
            if (inventory.Groups.TryGetValue(name, out var group)) return group;
            if (inventory.Find(name) is { } host) return [host];
            if (inventory.Whole.Find(name) is not null) throw new ExpressionException(at, $"`{name}` is in the inventory, but -l leaves it out", "name it with -l too, or leave -l out");
            var names = inventory.Groups.Keys.Concat(inventory.Hosts.Select(h => h.Name)).ToList();
            throw new ExpressionException(at, $"no host and no group is called `{name}`",
                Suggest.DidYouMean(name, names) ?? (names.Count == 0 ? "the inventory is empty: name one with -i FILE" : "there are " + string.Join(", ", names.Take(20)) + (names.Count > 20 ? ", …" : "")));
        }

        private static List<Host> Like(Inventory inventory, string pattern, Position at)
        {
            bool Matches(string name) => System.IO.Enumeration.FileSystemName.MatchesSimpleExpression(pattern, name, ignoreCase: false);
            var groups = inventory.Groups.Where(g => Matches(g.Key)).SelectMany(g => g.Value);
            var hosts = inventory.Hosts.Where(h => Matches(h.Name)).Concat(groups).Distinct().ToList();
            return hosts.Count > 0 || inventory.Whole.Hosts.Any(h => Matches(h.Name)) || inventory.Groups.Keys.Any(Matches) ? hosts : throw new ExpressionException(at, $"no host and no group is called like `{pattern}`");
        }
    }

    /// <summary>`[variable=value]` or `[variable!=value]` behind a name.</summary>
    internal sealed record Filter(string Variable, bool Equal, IReadOnlyList<TemplatePart> Value, Position At)
    {
        public bool Holds(Host host, Func<Expression, object?> evaluate)
        {
            if (Value.Any(p => IsAny(p, evaluate))) return true;
            var text = string.Concat(Value.Select(p => Fill(p, evaluate, Text)));
            if (host.Variables.TryGetValue(Variable, out var value)) return Text(value) == text == Equal;
            return Equal ? false : throw new ExpressionException(At, $"{host.Name} has no variable `{Variable}`, so whether it differs cannot be told",
                Suggest.DidYouMean(Variable, host.Variables.Keys) ?? "give it one in the inventory");
        }

        private string Text(object? value) => value is Absent absent ? throw new ExpressionException(At, absent.Message, absent.Mend)
            : value is Secret ? throw new ExpressionException(At, $"`{Variable}` is a secret, and a secret chooses no hosts: who they are is shown", "choose by another variable of the inventory")
            : value is null or IMembers or IReadOnlyList<object?>
            ? throw new ExpressionException(At, $"`{Variable}` can be compared with a single value, but this is {Data.TypeName(value)} {Data.Show(value)}")
            : Data.ToText(value);
    }
}
