using Playbooks.Tests.Steps.Http;
using Xunit;

namespace Playbooks.Tests.Journal;

/// <summary>`play resume`, as a user meets it: what it does, and what it says where it does nothing.</summary>
[System.Runtime.Versioning.SupportedOSPlatform("linux")]
public sealed class ResumePlayTests : IDisposable
{
    private readonly PlayFolder folder = new();

    public ResumePlayTests() => folder.Write("hosts.yaml", "groups: { was: { hosts: { was1: { local: true } } } }");

    public void Dispose() => folder.Dispose();

    private string Effects => folder.Text("effects").ReplaceLineEndings(" ").Trim();

    private string Does(string what) => $"shell: \"echo {what} >> {folder.Path}/effects\"";

    /// <summary>It fails until the file is there.</summary>
    private string Fails => $"shell: \"echo try >> {folder.Path}/effects; test -e {folder.Path}/mended\"";

    /// <summary>The shell that watches the step is killed by it: nobody knows how it ended.</summary>
    private string IsUnknown => $"shell: \"echo unknown >> {folder.Path}/effects; kill -9 $PPID\"";

    private void Secret(string value)
    {
        folder.Write("secret", value);
        File.SetUnixFileMode(folder.PathOf("secret"), UnixFileMode.UserRead | UnixFileMode.UserWrite);
    }

    private void Playbook(params string[] steps) => folder.Write("p.yaml", $"name: P\nhosts: was1\nsteps:\n{string.Concat(steps.Select((step, n) => $"  - name: Step {n + 1}\n    {step}\n"))}");

    /// <summary>It is killed when its step has written `pid`.</summary>
    private async Task DiesInItsStep()
    {
        using var run = folder.Start(100, "p.yaml");
        await folder.Written("pid");
        run.Kill();
        await run.WaitForExitAsync(TestContext.Current.CancellationToken);
    }

    private Task<(int Code, string Output, string Errors)> Resume(params string[] words) => folder.Play(200, ["resume", "last", .. words]);

    [Fact]
    public async Task What_failed_and_is_mended_goes_on()
    {
        Playbook(Does("one"), Fails, Does("three"));
        Assert.Equal(1, (await folder.Play(100, "p.yaml")).Code);
        folder.Write("mended", "");
        var resumed = await Resume();
        Assert.Equal((0, "one try try three"), (resumed.Code, Effects));
        Assert.DoesNotContain("Step 1", resumed.Output, StringComparison.Ordinal);
        var over = await Resume();
        Assert.Equal(2, over.Code);
        Assert.Contains("has come to its end and owes nothing: nothing is left to go on with", over.Errors, StringComparison.Ordinal);
        Assert.Equal("one try try three", Effects);
    }

    [Fact]
    public async Task Changes_are_shown_and_taken_only_where_nothing_that_has_run_is_touched()
    {
        Playbook(Does("one"), Fails, Does("three"));
        Assert.Equal(1, (await folder.Play(100, "p.yaml")).Code);
        folder.Write("mended", "");

        Playbook(Does("eins"), Fails, Does("three"));
        foreach (var words in new string[][] { [], ["--accept-changes"] })
        {
            var refused = await Resume(words);
            Assert.Equal((2, "one try"), (refused.Code, Effects));
            Assert.Contains("echo eins", refused.Output, StringComparison.Ordinal);
            Assert.Contains(words.Length == 0 ? "what this run was made of has changed since; nothing was run" : "that belongs to what has run already", refused.Errors, StringComparison.Ordinal);
        }

        Playbook(Does("one"), Fails, Does("drei"), Does("four"));
        Assert.Equal((2, "one try"), ((await Resume()).Code, Effects));
        Assert.Equal((0, "one try try drei four"), ((await Resume("--accept-changes")).Code, Effects));
        // Who looks at the run afterwards, and who goes on with it, knows the steps that came.
        Assert.Contains("Step 4", (await folder.Play(100, "show", "last")).Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_run_that_took_changes_goes_on_again_with_these()
    {
        Playbook(Fails);
        Assert.Equal(1, (await folder.Play(100, "p.yaml")).Code);
        Playbook(Fails, Does("two"), $"shell: \"echo late >> {folder.Path}/effects; test -e {folder.Path}/late\"", Does("four"));
        folder.Write("mended", "");
        Assert.Equal(1, (await Resume("--accept-changes")).Code);
        folder.Write("late", "");
        Assert.Equal((0, "try try two late late four"), ((await Resume()).Code, Effects));
    }

    /// <summary>What failed and let the run go on is not the place from which on anything may change.</summary>
    [Theory]
    [InlineData("severity: warning")]
    [InlineData("on_failure: continue")]
    public async Task Changes_of_what_ran_after_a_failure_that_let_it_go_on_are_not_taken(string how)
    {
        Playbook($"command: 'false'\n    {how}", Does("two"), Fails);
        Assert.Equal(1, (await folder.Play(100, "p.yaml")).Code);
        folder.Write("mended", "");
        Playbook($"command: 'false'\n    {how}", Does("zwei"), Fails);
        var refused = await Resume("--accept-changes");
        Assert.Equal((2, "two try"), (refused.Code, Effects));
        Assert.Contains("that belongs to what has run already", refused.Errors, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_host_that_is_no_more_takes_no_part_any_more()
    {
        folder.Write("hosts.yaml", "groups: { was: { hosts: { was1: { local: true }, was2: { local: true } } } }");
        folder.Write("p.yaml", $$"""
            name: P
            hosts: was
            steps:
              - shell: "echo {{"{{ host.name }}"}} >> {{folder.Path}}/effects; test {{"{{ host.name }}"}} = was1"
              - {{Does("then")}}
            """);
        Assert.Equal(1, (await folder.Play(100, "p.yaml")).Code);
        folder.Write("hosts.yaml", "groups: { was: { hosts: { was1: { local: true } } } }");
        var resumed = await Resume("--accept-changes");
        Assert.True(resumed.Code == 0, resumed.Errors + resumed.Output);
        Assert.Equal(["then", "was1", "was2"], Effects.Split(' ').Order());
    }

    /// <summary>Its first step may be repeated and owes nothing itself: the action does.</summary>
    [Fact]
    public async Task An_action_that_was_cut_off_in_its_first_step_is_put_back()
    {
        folder.Write("a.yaml", $$"""
            actions:
              change:
                steps:
                  - shell: "echo stop >> {{folder.Path}}/effects; echo $PPID > {{folder.Path}}/pid; sleep 60"
                    effect: repeatable
                undo:
                  - {{Does("start")}}
            """);
        folder.Write("p.yaml", "name: P\nhosts: was1\nuse: [a.yaml]\nsteps: [change]\n");
        await DiesInItsStep();
        var resumed = await Resume("--undo");
        Assert.True(resumed.Code == 130, resumed.Errors + resumed.Output);
        Assert.Equal("stop start", Effects);
    }

    /// <summary>What the undo would bring back is what was there before the later run.</summary>
    [Fact]
    public async Task What_a_later_run_has_come_after_is_put_back_only_where_that_is_said()
    {
        folder.Write("p.yaml", $$"""
            name: P
            hosts: was1
            steps:
              - block:
                  - {{Does("stop")}}
                    undo: { {{Does("start")}} }
                  - shell: "test -e {{folder.Path}}/mended || { echo $PPID > {{folder.Path}}/pid; sleep 60; }"
            """);
        await DiesInItsStep();
        var first = System.Text.RegularExpressions.Regex.Match((await folder.Play(100, "history")).Output, @"\d{8}-\d{6}-[0-9a-f]{4}").Value;
        folder.Write("mended", "");
        Assert.Equal((0, "stop stop"), ((await folder.Play(100, "p.yaml")).Code, Effects));

        var refused = await folder.Play(200, "resume", first, "--undo");
        Assert.Equal((2, "stop stop"), (refused.Code, Effects));
        Assert.Contains("this playbook was run again since, once, the last time as ", refused.Errors, StringComparison.Ordinal);
        Assert.Equal((130, "stop stop start"), ((await folder.Play(200, "resume", first, "--undo", "--accept-changes")).Code, Effects));
    }

    /// <summary>Nothing is asked that has not to be known.</summary>
    [Fact]
    public async Task What_nobody_knows_keeps_nothing_from_being_put_back()
    {
        folder.Write("p.yaml", $$"""
            name: P
            hosts: was1
            steps:
              - block:
                  - {{Does("stop")}}
                    undo: { {{Does("start")}} }
                  - shell: "echo $PPID > {{folder.Path}}/pid; kill -9 $PPID; sleep 60"
            """);
        await DiesInItsStep();
        Assert.Equal((130, "stop start"), ((await Resume("--undo")).Code, Effects));
    }

    [Theory]
    [InlineData("--assume-done", "one unknown three")]
    [InlineData("--skip", "one unknown three")]
    [InlineData("--rerun", "one unknown unknown")]
    public async Task What_nobody_knows_is_asked(string how, string effects)
    {
        Playbook(Does("one"), IsUnknown, Does("three"));
        Assert.Equal(3, (await folder.Play(100, "p.yaml")).Code);
        var asked = await Resume();
        Assert.Equal((2, "one unknown"), (asked.Code, Effects));
        Assert.Matches("^How \"Step 2\" ended on was1 is not known \\(p.yaml:7:5\\): it was begun on was1, its process is gone, and nobody wrote down how it ended.\n.*play resume \\S+ --state \\S+ --assume-done steps/1@was1, or --rerun steps/1@was1, or --skip steps/1@was1\n *nothing was run\n$", asked.Errors);
        // Two words are none, and to put it back nothing has to be said.
        foreach (var words in new string[][] { ["--assume-done", "steps/1@was1", "--rerun", "steps/1@was1"], ["--undo", how, "steps/1@was1"] }) Assert.Equal((2, "one unknown"), ((await Resume(words)).Code, Effects));
        var wrong = await Resume(how, "steps/0@was1");
        Assert.Equal(2, wrong.Code);
        Assert.Contains("steps/0@was1 is no step of this run whose end is unknown", wrong.Errors, StringComparison.Ordinal);
        var decided = await Resume(how, "steps/1@was1");
        Assert.Equal((how == "--rerun" ? 3 : 0, effects), (decided.Code, Effects));
    }

    [Theory]
    [InlineData("--assume-done", 0, "a b c next")]
    [InlineData("--skip", 0, "a b c next")]
    [InlineData("--rerun", 3, "a b c c")]
    public async Task What_is_said_of_one_item_is_said_of_no_other(string how, int code, string effects)
    {
        Playbook($"loop: [a, b, c]\n    shell: \"echo {{{{ item }}}} >> {folder.Path}/effects; test {{{{ item }}}} != c || kill -9 $PPID\"", Does("next"));
        Assert.Equal((3, "a b c"), ((await folder.Play(100, "p.yaml")).Code, Effects));
        var asked = await Resume();
        Assert.Contains("How \"Step 1\", item 3 of its loop (\"c\"), ended on was1 is not known (p.yaml:6:5)", asked.Errors, StringComparison.Ordinal);
        var resumed = await Resume(how, "steps/0@was1");
        Assert.True(resumed.Code == code, resumed.Errors + resumed.Output);
        Assert.Equal(effects, Effects);
    }

    /// <summary>Nobody has to be believed about what can be found out: it is still running, or has ended.</summary>
    [Theory]
    [InlineData("--assume-done")]
    [InlineData("--skip")]
    [InlineData("--rerun")]
    public async Task What_can_be_found_out_is_not_taken_from_the_user(string how)
    {
        Playbook($"loop: [a, b]\n    shell: \"echo {{{{ item }}}} >> {folder.Path}/effects; echo $$ > {folder.Path}/pid-{{{{ item }}}}; until test -e {folder.Path}/go-{{{{ item }}}}; do sleep 0.05; done; echo {{{{ item }}}}-end >> {folder.Path}/effects\"", Does("next"));
        folder.Write("go-a", "");
        using (var run = folder.Start(100, "p.yaml"))
        {
            await folder.Written("pid-b");
            run.Kill();
            await run.WaitForExitAsync(TestContext.Current.CancellationToken);
        }
        foreach (var goes in new[] { false, true })
        {
            if (goes) folder.Write("go-b", "");
            var refused = await Resume("--go-on", how, "steps/0@was1");
            Assert.Equal(2, refused.Code);
            Assert.Contains("will be found out: its host knows, or it is going on there still", refused.Errors, StringComparison.Ordinal);
        }
        Assert.Equal((0, "a a-end b b-end next"), ((await Resume()).Code, Effects));
        var nothing = await Resume("--undo");
        Assert.Equal(2, nothing.Code);
    }

    [Theory]
    [InlineData("--undo", 130, "stop try start")]
    [InlineData("--go-on", 0, "stop try try last")]
    public async Task What_is_owed_is_not_passed_over(string how, int code, string effects)
    {
        folder.Write("p.yaml", $$"""
            name: P
            hosts: was1
            steps:
              - {{Does("stop")}}
                undo: { {{Does("start")}} }
              - shell: "echo try >> {{folder.Path}}/effects; test -e {{folder.Path}}/mended || { echo $PPID >{{folder.Path}}/pid; sleep 60; }"
                effect: repeatable
              - {{Does("last")}}
            """);
        await DiesInItsStep();
        folder.Write("mended", "");
        var asked = await Resume();
        Assert.Equal((2, "stop try"), (asked.Code, Effects));
        Assert.Matches("^The run \\S+ owes this:\n.*↺ [^\n]*was1[^\n]*\n.*--undo puts it back and ends; --go-on goes on with the steps; --assume-put-back closes it, where you did it by hand\n *nothing was run\n$", asked.Errors);
        Assert.Equal((code, effects), ((await Resume(how)).Code, Effects));
    }

    /// <summary>Fault 27.</summary>
    [Fact]
    public async Task An_undo_that_failed_is_offered_first()
    {
        folder.Write("p.yaml", $$"""
            name: P
            hosts: was1
            steps:
              - {{Does("stop")}}
                undo: { {{Fails}} }
              - command: "false"
            """);
        var ran = await folder.Play(100, "p.yaml");
        Assert.Equal((6, "stop try"), (ran.Code, Effects));
        Assert.Contains("NOT put back", ran.Output, StringComparison.Ordinal);
        Assert.Contains("To go on with this run: play resume ", ran.Errors, StringComparison.Ordinal);
        var asked = await Resume();
        Assert.Equal((2, "stop try"), (asked.Code, Effects));
        Assert.Contains("owes this:\n  ↺ \"", asked.Errors, StringComparison.Ordinal);
        Assert.Equal((6, "stop try try"), ((await Resume("--undo")).Code, Effects));
        folder.Write("mended", "");
        Assert.Equal((130, "stop try try try"), ((await Resume("--undo")).Code, Effects));
    }

    /// <summary>Fault 10. The disk of the journal fills while the run goes on; then room is made.</summary>
    [Fact]
    public async Task On_a_full_disk_nothing_more_is_done_and_what_was_done_is_known_when_there_is_room()
    {
        Directory.CreateDirectory(folder.State);
        folder.Write("p.yaml", $$"""
            name: P
            hosts: was1
            steps:
              - loop: 1..60
                shell: "echo {{"{{ item }}"}} >> {{folder.Path}}/effects; head -c 15000 /dev/zero | tr '\\0' x"
              - {{Does("after")}}
            """);
        var said = await JournalFixture.InNamespace($"""
            cd {folder.Path}; export XDG_STATE_HOME={folder.Path}
            mount -t tmpfs -o size=600k none {folder.State}
            {Repository.Play} p.yaml --state {folder.State} 2>&1; echo "first $?"; wc -l effects
            {Repository.Play} resume last --state {folder.State} 2>&1; echo "full $?"; wc -l effects
            mount -o remount,size=60m {folder.State}
            {Repository.Play} resume last --state {folder.State} 2>&1; echo "then $?"
            """);
        Assert.True(said.Contains("the disk is full: the journal ", StringComparison.Ordinal) && said.Contains("so nothing more was done, because it would not be known", StringComparison.Ordinal), said);
        Assert.Matches(@"\nfirst 3\n(\d+) effects\n(?s:.*)\nfull [23]\n\1 effects\n(?s:.*)\nthen 0\n", said);
        Assert.Equal([.. Enumerable.Range(1, 60).Select(n => $"{n}"), "after"], Effects.Split(' '));
    }

    /// <summary>Fault 11, for root too.</summary>
    [Fact]
    public async Task On_a_read_only_disk_nothing_is_run()
    {
        Playbook(Does("one"));
        Assert.Equal(0, (await folder.Play(100, "p.yaml")).Code);
        var said = await JournalFixture.InNamespace($"""
            cd {folder.Path}; export XDG_STATE_HOME={folder.Path}
            mount --bind {folder.State} {folder.State}; mount -o remount,bind,ro {folder.State}
            {Repository.Play} p.yaml --state {folder.State} 2>&1; echo "code $?"
            """);
        Assert.Contains("cannot be written: it or its folder is read-only for you; nothing was run\n", said, StringComparison.Ordinal);
        Assert.EndsWith("code 2\n", said, StringComparison.Ordinal);
        Assert.Equal("one", Effects);
    }

    /// <summary>A secret that was captured is on no disk: its step runs again where it may.</summary>
    [Theory]
    [InlineData("none", 0, "fetch try fetch try s3cret")]
    [InlineData("once", 2, "fetch try")]
    public async Task A_captured_secret_is_fetched_again_or_the_run_is_over(string effect, int code, string effects)
    {
        Secret("s3cret");
        folder.Write("p.yaml", $$"""
            name: P
            hosts: was1
            secrets: { known: { file: {{folder.PathOf("secret")}} } }
            steps:
              - command: { run: [sh, -c, "echo fetch >> {{folder.Path}}/effects; cat"], stdin: "{{"{{ secret.known }}"}}" }
                effect: {{effect}}
                capture: { token: stdout }
              - {{Fails}}
              - shell: "echo $TOKEN >> {{folder.Path}}/effects"
                env: { TOKEN: "{{"{{ token }}"}}" }
            """);
        Assert.Equal(1, (await folder.Play(100, "p.yaml")).Code);
        folder.Write("mended", "");
        var resumed = await Resume();
        Assert.True(resumed.Code == code, resumed.Errors + resumed.Output);
        Assert.Equal(effects, Effects);
        if (code == 2) Assert.Contains("is a secret, which the journal does not keep; this step may not run again", resumed.Errors, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_cookie_that_holds_a_secret_is_not_sent_as_stars()
    {
        await using var server = Server.Text(_ => "HTTP/1.1 200 OK\r\nSet-Cookie: session=s3cret-cookie; Path=/\r\nContent-Length: 0\r\n\r\n");
        Secret("s3cret-cookie");
        folder.Write("p.yaml", $$"""
            name: P
            hosts: was1
            secrets: { known: { file: {{folder.PathOf("secret")}} } }
            steps:
              - command: { run: [sh, -c, cat], stdin: "{{"{{ secret.known }}"}}" }
              - http: { url: "{{server.Url}}/", client: visitor }
              - {{Fails}}
              - http: { url: "{{server.Url}}/again", client: visitor }
            """);
        var ran = await folder.Play(100, "p.yaml");
        Assert.True(ran.Code == 1, ran.Errors + ran.Output);
        folder.Write("mended", "");
        var resumed = await Resume();
        Assert.Equal((2, "try"), (resumed.Code, Effects));
        Assert.Contains("the cookie session holds a secret, which the journal does not keep, so it cannot be sent again; nothing was run", resumed.Errors, StringComparison.Ordinal);
        Assert.Single(server.Requests);
    }
}
