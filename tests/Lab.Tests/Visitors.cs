using System.Globalization;
using System.Net;
using System.Text.RegularExpressions;

namespace Lab.Tests;

/// <summary>Visitors of the site, each with a session, as a real load: what they were answered, and whether their sessions lived on.</summary>
internal sealed partial class Visitors : IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    private readonly CancellationTokenSource end = new();
    private readonly List<string> wrong = [];
    private readonly Lock gate = new();
    private readonly Task visiting;
    private int requests;

    /// <param name="count">So many visitors.</param>
    /// <param name="pause">Of each, between two requests.</param>
    public Visitors(int count, TimeSpan pause) => visiting = Task.WhenAll(Enumerable.Range(0, count).Select(_ => Task.Run(() => Visit(pause))));

    public int Requests => requests;

    /// <summary>Requests without an answer, or with a bad one, and sessions that were lost.</summary>
    public IReadOnlyList<string> Wrong
    {
        get { lock (gate) return [.. wrong]; }
    }

    private async Task Visit(TimeSpan pause)
    {
        using var handler = new SocketsHttpHandler
        {
            CookieContainer = new CookieContainer(),
            UseProxy = false,
            SslOptions = { RemoteCertificateValidationCallback = static (_, certificate, _, _) => certificate?.Subject == "CN=web1.example.com" },
        };
        using var client = new HttpClient(handler) { Timeout = Patience };
        (string Session, int Counter)? before = null;
        while (!end.IsCancellationRequested)
        {
            try
            {
                var now = TimeProvider.System.GetUtcNow();
                using var answer = await client.GetAsync(new Uri("https://198.51.100.10/session.jsp"), end.Token);
                var page = await answer.Content.ReadAsStringAsync(end.Token);
                Interlocked.Increment(ref requests);
                if (!answer.IsSuccessStatusCode) Note(string.Create(CultureInfo.InvariantCulture, $"{now:HH:mm:ss.fff} {(int)answer.StatusCode}"));
                else if (Page().Match(page) is { Success: true } found)
                {
                    var seen = (Session: found.Groups[1].Value, Counter: int.Parse(found.Groups[2].Value, CultureInfo.InvariantCulture));
                    // What the last answer wrote may still have been on its way to the other Tomcat: the session lives on all the same.
                    if (before is { } known && (seen.Session != known.Session || seen.Counter < known.Counter)) Note(string.Create(CultureInfo.InvariantCulture, $"{now:HH:mm:ss.fff} lost {known.Session} at {known.Counter}, got {seen.Session} at {seen.Counter}"));
                    before = seen;
                }
                else Note($"no session on the page: {page}");
            }
            catch (Exception e) when (e is HttpRequestException or TaskCanceledException)
            {
                if (!end.IsCancellationRequested) Note(e.Message);
            }
            await Task.Delay(pause, TimeProvider.System, end.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private void Note(string what)
    {
        lock (gate) wrong.Add(what);
    }

    public async ValueTask DisposeAsync()
    {
        await end.CancelAsync();
        await visiting;
        end.Dispose();
    }

    [GeneratedRegex(@"^session: ([0-9A-F]+)\S*\ncounter: (\d+)", RegexOptions.Multiline)]
    private static partial Regex Page();
}
