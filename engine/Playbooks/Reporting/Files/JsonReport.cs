using System.Text.Json;
using Playbooks.Reporting.Comparing;
using Playbooks.Reporting.Results;
using Playbooks.Running;
using Playbooks.Running.Probing;
using Playbooks.Templating;

namespace Playbooks.Reporting.Files;

/// <summary>A run as one JSON object, as `schemas/report.schema.json` describes it: durations in seconds, times as RFC 3339 has them.</summary>
public static class JsonReport
{
    /// <summary>Grows when something that was there changes its meaning or goes.</summary>
    private const int Format = 1;

    private const int Width = 100;

    public static void Write(ReportedRun run, TextWriter to) => to.WriteLine(SafeJson.Of(json => Write(json, run)));

    private static void Write(Utf8JsonWriter json, ReportedRun run)
    {
        var results = run.Results;
        json.WriteStartObject();
        json.WriteNumber("format", Format);
        json.WriteString("run", results.Run);
        json.WriteString("playbook", results.Playbook);
        json.WriteString("file", results.File);
        json.WriteString("started_at", results.StartedAt);
        Seconds(json, "duration", results.Elapsed);
        if (results.ExitCode is { } code) json.WriteNumber("exit_code", (int)code);
        else json.WriteNull("exit_code");
        json.WriteString("verdict", results.Verdict);
        Array(json, "hosts", results.Hosts, host => Object(json, () =>
        {
            json.WriteString("name", host.Name);
            json.WriteString("label", host.Label);
        }));
        Texts(json, "guards", results.Guards);
        Array(json, "not_put_back", results.NotUndone, owed => Object(json, () =>
        {
            json.WriteString("step", owed.Title);
            json.WriteString("host", owed.At.Host);
        }));
        if (run.Comparison is { } comparison) Write(json, comparison, run.Past);
        Array(json, "steps", results.Steps, step => Write(json, step));
        Array(json, "probes", results.Probes.All.SelectMany(probe => probe.Hosts.Select(host => (probe, host))), pair => Write(json, results, pair.probe, pair.host));
        Array(json, "undos", results.Undos, undo => Object(json, () =>
        {
            json.WriteString("step", undo.Owed.Title);
            json.WriteString("host", undo.Owed.At.Host);
            json.WriteBoolean("passed", undo.Passed);
            json.WriteBoolean("asked", undo.Asked);
            if (undo.IsEmpty) json.WriteBoolean("empty", true);
            if (undo.Reason is { } reason) json.WriteString("reason", reason);
        }));
        json.WriteEndObject();
    }

    private static void Write(Utf8JsonWriter json, StepResults step) => Object(json, () =>
    {
        json.WriteString("name", step.Name);
        json.WriteString("part", step.Part.ToString().ToLowerInvariant());
        json.WriteBoolean("is_group", step.Step.IsGroup);
        json.WriteString("file", step.Step.At.Source.Name);
        json.WriteNumber("line", step.Step.At.Line);
        if (step.Began is { } began) Seconds(json, "began", began);
        if (step.Ended is { } ended) Seconds(json, "ended", ended);
        Array(json, "hosts", step.Hosts.Where(host => host.Result is not null), host => Object(json, () =>
        {
            json.WriteString("host", host.Host);
            if (host.IsForgiven) json.WriteBoolean("rescued", true);
            if (host.Began is { } at) Seconds(json, "began", at);
            Write(json, host.Result!);
            if (host.Reasons.Count > 0) Texts(json, "attempts_failed", host.Reasons);
            if (host.Inside.Count > 0)
                Array(json, "inside", host.Inside, inner => Object(json, () =>
                {
                    json.WriteString("name", inner.Title);
                    Write(json, inner.Result);
                }));
        }));
    });

    private static void Write(Utf8JsonWriter json, HostResult result)
    {
        json.WriteString("outcome", Words.Of(result.Outcome));
        if (result.IsWarning) json.WriteBoolean("warning", true);
        Seconds(json, "duration", result.Duration);
        json.WriteNumber("attempts", result.Attempts);
        if (result.Did is { } did) json.WriteString("did", did);
        Values(json, "fields", result.Fields);
        if (result.Captured.Count > 0) Values(json, "captured", result.Captured);
        if (result.Failures.Count > 0)
            Array(json, "failures", result.Failures, failure => Object(json, () =>
            {
                json.WriteString("message", failure.Message);
                if (failure.Mend is { } mend) json.WriteString("mend", mend);
                if (failure.Step is { } inside) json.WriteString("step", inside);
                json.WriteString("file", failure.At.Source.Name);
                json.WriteNumber("line", failure.At.Line);
                if (failure.Explanation is { } explanation) Texts(json, "assert", explanation.Render(Width));
            }));
        if (result.Notes.Count > 0) Texts(json, "notes", result.Notes);
    }

    private static void Write(Utf8JsonWriter json, RunResults results, ProbeState probe, string host) => Object(json, () =>
    {
        var tally = probe.On(host);
        json.WriteString("name", results.Find(probe.Probe)?.Name ?? probe.Probe.Path);
        json.WriteString("host", host);
        Seconds(json, "every", probe.Every);
        foreach (var (name, count) in new[] { ("samples", tally.Samples), ("good", tally.Good), ("bad", tally.Bad), ("missed", tally.Missed) }) json.WriteNumber(name, count);
        if (tally.Availability is { } availability) json.WriteNumber("availability", availability);
        Seconds(json, "outage", tally.LongestOutage);
        Seconds(json, "downtime", tally.Downtime);
        if (tally.Percentile(50) is { } p50) Seconds(json, "p50", p50);
        if (tally.Percentile(99) is { } p99) Seconds(json, "p99", p99);
        Array(json, "outages", tally.Outages, outage => Object(json, () =>
        {
            Seconds(json, "from", outage.From);
            Seconds(json, "to", outage.To);
            json.WriteString("reason", outage.Reason);
            Array(json, "at_work", outage.AtWork, worker => Object(json, () =>
            {
                json.WriteString("step", worker.Title);
                json.WriteString("host", worker.Host);
            }));
        }));
    });

    private static void Write(Utf8JsonWriter json, Comparison comparison, Past? past)
    {
        json.WriteStartObject("comparison");
        json.WriteString("with", comparison.Before.Run);
        // What passed both times is told by the steps.
        foreach (var (name, pairs) in comparison.Lists.Where(list => list.Name != "still_passing"))
            Array(json, name, pairs, pair => Object(json, () =>
            {
                json.WriteString("step", pair.Any.Step);
                json.WriteString("host", pair.Any.Host);
                json.WriteString("was", Said(pair.Before));
                json.WriteString("is", Said(pair.Now));
                if (pair.Now is { Message.Length: > 0 } now) json.WriteString("message", now.Message);
                if (pair.Is == FindingState.Failed && past?.Since(pair.Any) is { } since) json.WriteString("since", since.At);
                if (past?.Flaps(pair.Any) is { } flaps) json.WriteNumber("flaps", flaps);
            }));
        Array(json, "values", comparison.Values, value => Object(json, () =>
        {
            json.WriteString("name", value.Name);
            json.WriteString("step", value.Step);
            json.WriteString("host", value.Host);
            json.WriteString("was", value.Before);
            json.WriteString("is", value.Now);
        }));
        Texts(json, "hosts_came", comparison.Came);
        Texts(json, "hosts_went", comparison.Went);
        json.WriteEndObject();
    }

    private static string Said(Finding? finding) => finding is null ? "not there" : finding.Word;

    private static void Seconds(Utf8JsonWriter json, string name, TimeSpan time) => json.WriteNumber(name, Math.Round(time.TotalSeconds, 6));

    private static void Values(Utf8JsonWriter json, string name, IEnumerable<KeyValuePair<string, object?>> values)
    {
        json.WriteStartObject(name);
        foreach (var (key, value) in values)
        {
            json.WritePropertyName(key);
            if (value is Absent { Kept: { } kept }) json.WriteStringValue(kept);
            else if (value is Absent) json.WriteNullValue();
            else json.WriteRawValue(Data.ToJson(value));
        }
        json.WriteEndObject();
    }

    private static void Texts(Utf8JsonWriter json, string name, IEnumerable<string> texts) => Array(json, name, texts, json.WriteStringValue);

    private static void Array<T>(Utf8JsonWriter json, string name, IEnumerable<T> items, Action<T> write)
    {
        json.WriteStartArray(name);
        foreach (var item in items) write(item);
        json.WriteEndArray();
    }

    private static void Object(Utf8JsonWriter json, Action write)
    {
        json.WriteStartObject();
        write();
        json.WriteEndObject();
    }
}
