using System.Text;
using System.Text.Json.Serialization;
using CsCheck;
using Playbooks.Journal;
using Playbooks.Running;
using Playbooks.Steps;
using Playbooks.Templating;
using Playbooks.Tests.Snapshots;
using Xunit;

namespace Playbooks.Tests.Journal;

/// <summary>Events go to disk and come back as they were.</summary>
public sealed class EventJsonTests
{
    private static readonly Type[] passing = [typeof(RunEvent.Printed), typeof(RunEvent.Connecting)];

    private static readonly Type[] kept = [.. typeof(RunEvent).GetNestedTypes().Where(t => t.IsAssignableTo(typeof(RunEvent))).Except(passing)];

    [Fact]
    public void Every_event_but_the_passing_ones_has_a_word_of_its_own()
    {
        var words = typeof(RunEvent).GetCustomAttributes(typeof(JsonDerivedTypeAttribute), false).Cast<JsonDerivedTypeAttribute>().ToList();
        Assert.Equal(kept.OrderBy(t => t.Name), words.Select(w => w.DerivedType).OrderBy(t => t.Name));
        Assert.Equal(words.Count, words.Select(w => w.TypeDiscriminator).Distinct().Count());
    }

    [Fact]
    public void Every_event_comes_back_as_it_was() => Gen.Int.Sample(seed =>
    {
        var any = new AnyValue(seed);
        var make = typeof(AnyValue).GetMethod(nameof(AnyValue.Of))!;
        foreach (var type in kept)
        {
            var happened = (RunEvent)make.MakeGenericMethod(type).Invoke(any, [])!;
            var json = EventJson.Write(happened);
            var back = EventJson.Read(json);
            Assert.True(Same.Are(happened, back), Encoding.UTF8.GetString(json));
        }
    }, iter: 200);

    [Fact]
    public void Every_value_comes_back_with_its_type() => Gen.Int.Sample(seed =>
    {
        var value = new AnyValue(seed).Value();
        var back = ((RunEvent.HostStarted)EventJson.Read(EventJson.Write(new RunEvent.HostStarted(At, "", value, false)))).Item;
        Assert.True(Same.Are(value, back), Data.Show(value));
    }, iter: 5_000);

    [Fact]
    public void Lines_that_are_the_output_are_not_written_twice()
    {
        var text = string.Join('\n', Enumerable.Range(0, 500).Select(i => $"line {i} of the output"));
        var fields = new DataMap([KeyValuePair.Create("stdout", (object?)text), KeyValuePair.Create("lines", (object?)CommandOutput.Lines(text))]);
        var json = EventJson.Write(new RunEvent.HostFinished(At, "", new HostResult { Outcome = Outcome.Passed, Fields = fields }));
        Assert.InRange(json.Length, text.Length, text.Length + 2_000);
    }

    /// <summary>What a journal of today holds, a later version has to read: a name in it never changes.</summary>
    [Fact]
    public Task The_names_in_a_journal_never_change()
    {
        var text = new StringBuilder();
        foreach (var derived in EventContext.Default.RunEvent.PolymorphismOptions!.DerivedTypes)
            text.AppendLine($"{derived.TypeDiscriminator}: {string.Join(' ', Properties(derived.DerivedType))}");
        foreach (var type in new[] { typeof(HostResult), typeof(Failure), typeof(OwedUndo), typeof(Address), typeof(WindowKey), typeof(LogMark), typeof(HostOutcome), typeof(Held), typeof(Forgotten), typeof(Decided), typeof(Playbooks.Steps.Http.Cookie), typeof(RunOutline), typeof(OutlineHost), typeof(OutlineStep) })
            text.AppendLine($"{type.Name}: {string.Join(' ', Properties(type))}");
        foreach (var type in new[] { typeof(Outcome), typeof(ExitCode), typeof(StopReason), typeof(Decision) })
            text.AppendLine($"{type.Name}: {string.Join(' ', Enum.GetNames(type))}");
        return Verifier.Verify(text.ToString());
    }

    private static Address At { get; } = new("", new Playbooks.Planning.StepKey("steps/0"), "was1");

    private static IEnumerable<string> Properties(Type type) => EventContext.Default.GetTypeInfo(type)!.Properties.Where(p => p.Get is not null && (p.Set is not null || p.AssociatedParameter is not null)).Select(p => p.Name);
}
