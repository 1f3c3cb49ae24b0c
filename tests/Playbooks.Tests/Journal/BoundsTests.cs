using System.Globalization;
using Playbooks.Connections;
using Playbooks.Journal;
using Playbooks.Planning;
using Playbooks.Problems;
using Playbooks.Reporting;
using Playbooks.Running;
using Playbooks.Steps;
using Playbooks.Templating;
using Xunit;

namespace Playbooks.Tests.Journal;

/// <summary>What is too much or too secret for the journal is there for people and for no expression.</summary>
public sealed class BoundsTests
{
    private static readonly Address at = new("", new StepKey("steps/0"), "was1");

    [Fact]
    public void A_long_output_keeps_its_ends_for_people_and_no_expression_reads_it()
    {
        var text = string.Join('\n', Enumerable.Range(0, 20_000).Select(i => $"line {i}"));
        var back = Back(new HostResult { Outcome = Outcome.Failed, Fields = Fields(("stdout", text), ("lines", CommandOutput.Lines(text)), ("exit_code", 3L)) });
        var missing = Assert.Throws<MissingValueException>(() => back.Fields.TryGet("stdout", out _));
        Assert.Contains("longer than the journal keeps", missing.Message, StringComparison.Ordinal);
        Assert.Throws<MissingValueException>(() => back.Fields.TryGet("lines", out _));
        Assert.Equal(3L, back.Fields["exit_code"]);
        var kept = ((Absent)back.Fields["stdout"]!).Kept!;
        Assert.StartsWith("line 0\nline 1\n", kept, StringComparison.Ordinal);
        Assert.InRange(kept.Length, 64 * 1024, 64 * 1024 + 100);

        // A failed command is shown with its last lines, and so it is from the journal.
        HostResult Shown(object? stdout) => new() { Outcome = Outcome.Failed, Fields = Fields(("stdout", stdout)), Failures = [new Failure(Position.In("x"), "exit_code == 0 does not hold")] };
        var step = new OutlineStep(at.Step, "Deploy", Position.In("x"));
        string Lines(object? stdout) => string.Join('\n', FailureText.Lines(Shown(stdout), step, "was1", 80).Select(line => line.Text));
        Assert.Equal(Lines(text), Lines(back.Fields["stdout"]));
    }

    [Fact]
    public void What_is_short_enough_is_kept_whole()
    {
        var result = new HostResult { Outcome = Outcome.Passed, Fields = Fields(("stdout", new string('x', 64 * 1024)), ("n", 2.0)), Captured = new Dictionary<string, object?> { ["big"] = new string('y', 1_000_000), ["bigger"] = new string('z', 1_100_000) } };
        var back = Back(result);
        Assert.Equal(result.Fields["stdout"], back.Fields["stdout"]);
        Assert.Equal(result.Captured["big"], back.Captured["big"]);
        Assert.IsType<Absent>(back.Captured["bigger"]);
    }

    [Fact]
    public void The_many_items_of_a_loop_cannot_fill_the_disk_together()
    {
        var items = Enumerable.Range(0, 1_000).Select(i => Fields(("stdout", new string('x', 60_000) + i.ToString(CultureInfo.InvariantCulture)))).ToList();
        var json = EventJson.Write(Bounds.Of(new RunEvent.HostFinished(at, "play", new HostResult { Outcome = Outcome.Passed, Items = items })));
        Assert.InRange(json.Length, 16 * 1024 * 1024, 20 * 1024 * 1024);
    }

    [Fact]
    public void What_an_assertion_saw_is_shown_as_it_was()
    {
        var seen = new object?[] { new string('a', 5_000), Enumerable.Range(0, 100_000).Select(i => (object?)(long)i).ToList(), new DataMap(Enumerable.Range(0, 9_999).Select(i => KeyValuePair.Create($"k{i}", (object?)new string('b', 50)))), "short", null };
        var explanation = new Explanation("x", [.. seen.Select((value, i) => new Explanation.Part(i, 1, $"{i}", value))]);
        var cut = Back(new HostResult { Outcome = Outcome.Failed, Failures = [new Failure(Position.In("x"), "no", Explanation: explanation)] }).Failures[0].Explanation!;
        foreach (var width in new[] { 40, 100, 300 }) Assert.Equal(explanation.Render(width), cut.Render(width));
        Assert.All(cut.Parts, part => Assert.InRange(Data.ToJson(part.Value).Length, 0, 3_000));
    }

    [Fact]
    public void A_secret_is_stars_for_people_and_absent_for_a_run_that_goes_on()
    {
        var masker = new Masker();
        masker.Add("hunter22");
        var nested = new DataMap([KeyValuePair.Create("deep", (object?)new object?[] { 1L, "a hunter22" })]);
        var result = new HostResult
        {
            Outcome = Outcome.Passed,
            Fields = Fields(("stdout", "the word is hunter22"), ("json", new Later(() => nested)), ("exit_code", 0L)),
            Items = [Fields(("stdout", "plain")), Fields(("stdout", "hunter22"))],
            Captured = new Dictionary<string, object?> { ["token"] = "hunter22", ["port"] = 4000L, ["all"] = nested },
        };
        var shown = (RunEvent.HostFinished)masker.Mask(new RunEvent.HostFinished(at, "play", result));
        Assert.Equal(["capture token", "capture all", "field stdout", "field json", "item 1 stdout"], shown.Result.Hidden);
        Assert.Equal("the word is ***", ((RunEvent.HostFinished)EventJson.Read(EventJson.Write(shown))).Result.Fields["stdout"]);

        var known = ((RunEvent.HostFinished)HiddenValues.Absent(EventJson.Read(EventJson.Write(shown)))).Result;
        Assert.Contains("the journal never keeps it", Assert.IsType<Absent>(known.Captured["token"]).Message, StringComparison.Ordinal);
        Assert.IsType<Absent>(known.Captured["all"]);
        Assert.IsType<Absent>(known.Fields["stdout"]);
        Assert.IsType<Absent>(known.Fields["json"]);
        Assert.IsType<Absent>(known.Items![1]["stdout"]);
        Assert.Equal((4000L, 0L, "plain"), (known.Captured["port"], known.Fields["exit_code"], known.Items[0]["stdout"]));
    }

    [Fact]
    public void A_secret_item_and_what_an_undo_would_see_are_absent_too()
    {
        var masker = new Masker();
        masker.Add("1234567890");
        RunEvent Known(RunEvent happened) => HiddenValues.Absent(EventJson.Read(EventJson.Write(masker.Mask(happened))));
        Assert.IsType<Absent>(((RunEvent.HostStarted)Known(new RunEvent.HostStarted(at, "play", 1234567890L, true))).Item);
        Assert.Equal(12L, ((RunEvent.HostStarted)Known(new RunEvent.HostStarted(at, "play", 12L, true))).Item);
        var owed = new OwedUndo("play", at, "Stop", "x1234567890") { Captured = new Dictionary<string, object?> { ["a"] = "1234567890", ["b"] = "b" } };
        var undo = ((RunEvent.UndoStarted)Known(new RunEvent.UndoStarted(owed))).Owed;
        Assert.IsType<Absent>(undo.Item);
        Assert.IsType<Absent>(undo.Captured["a"]);
        Assert.Equal("b", undo.Captured["b"]);
    }

    private static HostResult Back(HostResult result) => ((RunEvent.HostFinished)EventJson.Read(EventJson.Write(Bounds.Of(new RunEvent.HostFinished(at, "play", result))))).Result;

    private static DataMap Fields(params (string Name, object? Value)[] fields) => new(fields.Select(f => KeyValuePair.Create(f.Name, f.Value)));
}
