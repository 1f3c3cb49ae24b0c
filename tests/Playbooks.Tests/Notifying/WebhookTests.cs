using System.Text.Json;
using Playbooks.Tests.Ssh;
using Playbooks.Tests.Steps.Http;
using Xunit;

namespace Playbooks.Tests.Notifying;

/// <summary>What web servers on loopback are sent at the end of a run, also those that are down, slow or of another opinion.</summary>
public sealed class WebhookTests : IDisposable
{
    private const string Hostile = "  - { name: 'Says <!channel> @here & <https://example.com|click> \u202egnol', hosts: localhost, command: [printf, '<!here>\\n\"}],{'], assert: \"stdout == ''\" }";

    private readonly Night night = new();

    public void Dispose() => night.Dispose();

    [Fact]
    public async Task What_a_host_said_is_no_markup_in_Slack_and_calls_nobody()
    {
        await using var server = Server.Text(_ => Server.Ok("ok"));
        var told = await night.Tell($"  - webhook: {{ url: {server.Url}/x, shape: slack }}", await night.Run(Hostile));
        Assert.Equal($"told 127.0.0.1:{server.Port} (webhook)", Assert.Single(told).Text);
        var body = Assert.Single(server.Requests).Body;
        Assert.DoesNotContain("<", body, StringComparison.Ordinal);
        Assert.DoesNotContain("\u202e", body, StringComparison.Ordinal);
        Assert.Contains("Says &lt;!channel&gt; @here &amp; &lt;https://example.com|click&gt;", body, StringComparison.Ordinal);
        using var json = JsonDocument.Parse(body);
        var sections = json.RootElement.GetProperty("blocks").EnumerateArray().Where(block => block.GetProperty("type").GetString() == "section").ToList();
        Assert.True(sections.Count >= 3);
        // Else names behind an @ are looked for.
        Assert.All(sections, section => Assert.True(section.GetProperty("text").GetProperty("verbatim").GetBoolean()));
    }

    [Fact]
    public async Task In_a_body_of_ones_own_for_Slack_too()
    {
        await using var server = Server.Text(_ => Server.Ok());
        await night.Tell($$$"""  - webhook: { url: {{{server.Url}}}, shape: slack, body: { text: "*{{ run.playbook }}* {{ array.join(run.failures, '; ') }}" } }""", await night.Run(Hostile));
        using var json = JsonDocument.Parse(Assert.Single(server.Requests).Body);
        var text = json.RootElement.GetProperty("text").GetString()!;
        Assert.StartsWith("*야간 점검* Says &lt;!channel&gt;", text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_card_for_Teams_has_texts_in_which_no_Markdown_is_read()
    {
        await using var server = Server.Text(_ => Server.Status("202 Accepted"));
        var told = await night.Tell($"  - webhook: {{ url: {server.Url}, shape: teams }}", await night.Run("  - { name: '[click](https://example.com) **x**', command: 'false' }"));
        Assert.Null(Assert.Single(told).Why);
        using var json = JsonDocument.Parse(Assert.Single(server.Requests).Body);
        var card = json.RootElement.GetProperty("attachments")[0].GetProperty("content");
        Assert.Equal("AdaptiveCard", card.GetProperty("type").GetString());
        var blocks = card.GetProperty("body").EnumerateArray().ToList();
        Assert.All(blocks, block => Assert.Equal("RichTextBlock", block.GetProperty("type").GetString()));
        Assert.Contains(blocks, block => block.GetProperty("inlines")[0].GetProperty("text").GetString()!.StartsWith("[click](https://example.com) **x**", StringComparison.Ordinal));
    }

    [Theory, InlineData("slack", 40_000), InlineData("teams", 28_000)]
    public async Task Thousands_of_long_failures_still_fit(string shape, int most)
    {
        await using var server = Server.Text(_ => Server.Ok());
        var steps = string.Join('\n', Enumerable.Range(0, 40).Select(i => $"  - {{ name: '{i} {new string('&', 250)} 가나다', hosts: app, on_failure: continue, assert: host.name == '' }}"));
        await night.Tell($"  - webhook: {{ url: {server.Url}, shape: {shape} }}", await night.Run(steps, hosts: 10));
        var request = Assert.Single(server.Requests);
        Assert.InRange(System.Text.Encoding.UTF8.GetByteCount(request.Body), 500, most);
        using var json = JsonDocument.Parse(request.Body);
        if (shape == "slack") Assert.All(json.RootElement.GetProperty("blocks").EnumerateArray(), block => Assert.InRange(block.GetProperty("text").GetProperty("text").GetString()!.Length, 1, 3000));
        Assert.Contains("more", request.Body, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Values_in_a_body_stay_values_whatever_is_in_them()
    {
        await using var server = Server.Text(_ => Server.Ok());
        await night.Tell($$$"""
              - webhook:
                  url: {{{server.Url}}}/in?x=1
                  method: PUT
                  headers: { X-Token: "{{ secret.hook }}", Content-Type: application/vnd.example+json }
                  body: { text: "{{ run.failures[0] }}", code: "{{ run.exit_code }}", all: "{{ run.failures }}", new: "{{ comparison.new }}", before: "{{ comparison.before }}" }
            """, await night.Run(Hostile.Replace("Says", "\"}\\n", StringComparison.Ordinal)));
        var request = Assert.Single(server.Requests);
        Assert.Equal("PUT /in?x=1 HTTP/1.1", request.Line);
        Assert.Equal([Night.Hook], request.All("x-token"));
        Assert.Equal(["application/vnd.example+json"], request.All("content-type"));
        using var json = JsonDocument.Parse(request.Body);
        Assert.Equal(5, json.RootElement.EnumerateObject().Count());
        Assert.StartsWith("\"}", json.RootElement.GetProperty("text").GetString(), StringComparison.Ordinal);
        Assert.Equal(1, json.RootElement.GetProperty("code").GetInt32());
        Assert.Equal(1, json.RootElement.GetProperty("all").GetArrayLength());
        Assert.Equal(0, json.RootElement.GetProperty("new").GetArrayLength());
        Assert.Equal(JsonValueKind.Null, json.RootElement.GetProperty("before").ValueKind);
    }

    [Fact]
    public async Task Without_a_shape_a_program_is_told_all_as_data()
    {
        await using var server = Server.Text(_ => Server.Ok());
        var run = await night.Run(Night.Passes, before: Night.Fails);
        await night.Tell($"  - webhook: {server.Url}", run);
        using var json = JsonDocument.Parse(Assert.Single(server.Requests).Body);
        Assert.Equal("passed", json.RootElement.GetProperty("run").GetProperty("outcome").GetString());
        Assert.Equal(run.Results.Run, json.RootElement.GetProperty("run").GetProperty("name").GetString());
        Assert.Equal("Good · localhost", Assert.Single(json.RootElement.GetProperty("comparison").GetProperty("fixed").EnumerateArray()).GetString());
    }

    [Fact]
    public async Task Who_stumbles_is_told_again()
    {
        var answers = new Queue<string>(["500 Internal Server Error", "429 Too Many Requests", "200 OK"]);
        await using var server = Server.Text(_ => Server.Status(answers.Dequeue()));
        var told = await night.Tell($"  - webhook: {server.Url}", await night.Run(Night.Fails));
        Assert.Null(Assert.Single(told).Why);
        Assert.Equal(3, server.Requests.Count);
    }

    [Fact]
    public async Task Who_is_down_at_first_is_told_when_it_is_up()
    {
        var port = MailServer.FreePort();
        var telling = night.Tell($"  - webhook: http://127.0.0.1:{port}/x", await night.Run(Night.Fails));
        await Task.Delay(TimeSpan.FromMilliseconds(300), TimeProvider.System, TestContext.Current.CancellationToken);
        await using var server = Server.Text(_ => Server.Ok(), port: port);
        Assert.Null(Assert.Single(await telling).Why);
        Assert.Single(server.Requests);
    }

    [Theory, InlineData("404 Not Found", "it answered 404 Not Found (no_service)"), InlineData("400 Bad Request", "it answered 400 Bad Request (no_service)"), InlineData("302 Found", "it answered 302 Found (no_service), and sends elsewhere")]
    public async Task Who_refuses_is_not_asked_again(string status, string why)
    {
        await using var server = Server.Text(_ => Server.Status(status, "no_service", "Location: /elsewhere"));
        Assert.Equal(why, Assert.Single(await night.Tell($"  - webhook: {server.Url}", await night.Run(Night.Fails))).Why);
        Assert.Single(server.Requests);
    }

    [Fact]
    public async Task Who_wants_to_be_left_alone_for_long_is()
    {
        await using var server = Server.Text(_ => Server.Status("429 Too Many Requests", "", "Retry-After: 120"));
        Assert.Equal("it answered 429 Too Many Requests (it wants to be left alone for 2m)", Assert.Single(await night.Tell($"  - webhook: {server.Url}", await night.Run(Night.Fails))).Why);
        Assert.Single(server.Requests);
    }

    [Fact]
    public async Task Who_never_answers_holds_up_nobody_longer_than_was_said()
    {
        await using var hangs = Server.Raw(async (_, _, cancel) => await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, cancel));
        await using var quick = Server.Text(_ => Server.Ok());
        var watch = System.Diagnostics.Stopwatch.StartNew();
        var told = await night.Tell($"  - webhook: {{ url: {hangs.Url}, timeout: 1s }}\n  - webhook: {quick.Url}", await night.Run(Night.Fails));
        Assert.Equal([null, "nobody answered (its 1s were up)"], told.Select(one => one.Why));
        Assert.InRange(watch.Elapsed.TotalSeconds, 0, 10);
    }

    [Fact]
    public async Task Whoever_is_told_when_nobody_waits_any_more_is_named()
    {
        await using var hangs = Server.Raw(async (_, _, cancel) => await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, cancel));
        using var left = new CancellationTokenSource();
        var telling = night.Tell($"  - webhook: {hangs.Url}", await night.Run(Night.Fails), left.Token);
        await Eventually.Holds(() => !hangs.Requests.IsEmpty, "it was asked");
        await left.CancelAsync();
        Assert.Equal($"NOT told: 127.0.0.1:{hangs.Port} (webhook): stopped before it was done", Assert.Single(await telling).Text);
    }

    [Fact]
    public async Task A_URL_that_is_a_secret_is_called_and_never_shown()
    {
        await using var server = Server.Text(_ => Server.Status("404 Not Found", "no such hook: " + Night.Hook));
        var told = Assert.Single(await night.Tell($$$"""  - webhook: { url: "{{{server.Url}}}/{{ secret.hook }}" }""", await night.Run(Night.Fails)));
        Assert.Equal("/" + Night.Hook, Assert.Single(server.Requests).Path);
        Assert.Equal("it answered 404 Not Found (no such hook: ***)", told.Why);
    }

    [Fact]
    public async Task A_secret_goes_nowhere_in_the_clear()
    {
        var told = await night.Tell("""  - webhook: { url: "http://hooks.example.com/{{ secret.hook }}" }""", await night.Run(Night.Fails));
        Assert.Equal("a secret would go over http, where everybody on the way can read it", Assert.Single(told).Why);
    }

    [Fact]
    public async Task What_hosts_said_of_a_secret_is_hidden_in_what_is_sent()
    {
        await using var server = Server.Text(_ => Server.Ok());
        var run = await night.Run($"  - {{ name: 'has {Night.Hook}', command: 'false' }}");
        await night.Tell($$$"""  - webhook: { url: {{{server.Url}}}, headers: { X: "{{ secret.hook }}" }, body: { text: "{{ run.message }}" } }""", run);
        Assert.DoesNotContain("hunter2", Assert.Single(server.Requests).Body, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Only_a_server_whose_certificate_is_trusted_is_told_anything()
    {
        using var authority = Certificate.Authority("Ours");
        using var own = Certificate.Issued("localhost", authority);
        await File.WriteAllTextAsync(night.PathOf("ca.pem"), authority.ExportCertificatePem(), TestContext.Current.CancellationToken);
        await using var server = Server.Text(_ => Server.Ok(), own);
        var run = await night.Run(Night.Fails);
        var told = Assert.Single(await night.Tell($"  - webhook: https://localhost:{server.Port}/", run));
        Assert.StartsWith("its certificate is not trusted: ", told.Why, StringComparison.Ordinal);
        Assert.Equal("name its issuer's certificate with `ca`", told.Mend);
        Assert.Empty(server.Requests);
        Assert.Null(Assert.Single(await night.Tell($"  - webhook: {{ url: 'https://localhost:{server.Port}/', ca: ca.pem }}", run)).Why);
    }
}
