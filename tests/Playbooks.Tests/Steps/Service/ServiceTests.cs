using Playbooks.Connections;
using Playbooks.Steps;
using Playbooks.Templating;
using Playbooks.Tests.Ssh;
using Xunit;

namespace Playbooks.Tests.Steps.Service;

/// <summary>Debian's own `service` and `update-rc.d`, with scripts of ours; what only other systems have is played by programs that answer as those do.</summary>
public sealed class ServiceTests(InitHost init) : IClassFixture<InitHost>, IAsyncLifetime
{
    private readonly ConnectionPool pool = init.Pool();
    private readonly KindHarness harness = new();

    /// <summary>A daemon that keeps its pid in a file, as LSB wants it.</summary>
    internal const string Script = """
        #!/bin/sh
        ### BEGIN INIT INFO
        # Provides: sleeper
        # Required-Start:
        # Required-Stop:
        # Default-Start: 2 3 4 5
        # Default-Stop: 0 1 6
        # Short-Description: sleeps
        ### END INIT INFO
        pid=/run/$(basename "$0").pid
        runs() { [ -f "$pid" ] && kill -0 "$(cat "$pid")" 2>/dev/null; }
        echo "$1" >>/run/calls
        case $1 in
        start) runs || { [ ! -f /run/broken ] || { echo 'its configuration is wrong' >&2; exit 1; }; setsid sleep 1000 >/dev/null 2>&1 </dev/null & echo $! >"$pid"; };;
        stop) runs && kill "$(cat "$pid")"; rm -f "$pid";;
        restart) "$0" stop; "$0" start;;
        reload) runs || exit 7;;
        status) runs && { echo "it runs"; exit 0; }; [ ! -f "$pid" ] || exit 1; echo "it does not run"; exit 3;;
        *) echo "Usage: $0 start|stop" >&2; exit 2;;
        esac
        """;

    public async ValueTask InitializeAsync()
    {
        if (!InitHost.CanBe) return;
        (harness.Machine, harness.About) = (init.Host, init.Host);
        await Sh($"rm -rf /run/systemd /run/openrc /run/broken /run/calls {init.Folder}/bin/*");
        File.WriteAllText(Path.Combine(init.Folder, "sleeper"), Script);
        await Sh($"cp {init.Folder}/sleeper /etc/init.d/sleeper; chmod +x /etc/init.d/sleeper; service sleeper stop; update-rc.d sleeper remove; rm -f /run/calls");
    }

    public async ValueTask DisposeAsync()
    {
        await pool.DisposeAsync();
        await harness.DisposeAsync();
    }

    [Fact]
    public async Task A_script_of_init_d_is_started_stopped_and_asked_and_what_is_so_is_left_alone()
    {
        if (!InitHost.CanBe) return;
        Is(await Run("{ name: sleeper, state: started }"), "running", changed: true, "state: stopped → running");
        Is(await Run("{ name: sleeper, state: started }"), "running", changed: false, "");
        Is(await Run("{ name: sleeper, state: restarted }"), "running", changed: true, "restarted");
        Is(await Run("{ name: sleeper, state: reloaded }"), "running", changed: true, "reloaded");
        Is(await Run("{ name: sleeper, state: stopped }"), "stopped", changed: true, "state: running → stopped");
        Is(await Run("{ name: sleeper, state: stopped }"), "stopped", changed: false, "");
        Is(await Run("{ name: sleeper, state: reloaded }"), "running", changed: true, "state: stopped → running");
        Assert.Equal("start restart stop start reload stop start", await Sh("grep -v status /run/calls | tr '\\n' ' '"));
    }

    [Fact]
    public async Task It_starts_with_the_machine_or_not()
    {
        if (!InitHost.CanBe) return;
        var enabled = await Run("{ name: sleeper, enabled: true }");
        Is(enabled, "stopped", changed: true, "enabled: false → true");
        Assert.Equal(true, enabled.Fields["enabled"]);
        Assert.NotEqual("", await Sh("ls /etc/rc3.d | grep '^S..sleeper$'"));
        Is(await Run("{ name: sleeper, enabled: true }"), "stopped", changed: false, "");
        Is(await Run("{ name: sleeper, enabled: false, state: started }"), "running", changed: true, "enabled: true → false\nstate: stopped → running");
        Assert.Equal("", await Sh("ls /etc/rc3.d | grep '^S..sleeper$'"));
        Is(await Run("{ name: sleeper, enabled: true }"), "running", changed: true, "enabled: false → true");
    }

    [Fact]
    public async Task Comparing_changes_nothing_and_fails_with_the_difference()
    {
        if (!InitHost.CanBe) return;
        harness.Compares = true;
        var result = await Run("{ name: sleeper, state: restarted, enabled: true }");
        Assert.Equal(Outcome.Failed, result.Outcome);
        Assert.Equal(["sleeper is stopped, not running", "sleeper does not start with the machine"], result.Messages);
        Assert.Equal((false, "enabled: false → true\nstate: stopped → running"), (result.Fields["changed"], result.Fields["diff"]));
        Assert.Equal("", await Sh("grep -v status /run/calls"));
        await Sh("service sleeper start");
        Is(await Run("{ name: sleeper, state: restarted }"), "running", changed: false, "");
    }

    [Fact]
    public async Task A_start_that_goes_wrong_is_an_error_with_what_was_said()
    {
        if (!InitHost.CanBe) return;
        await Sh("touch /run/broken");
        var result = await Run("{ name: sleeper, state: started }");
        Assert.Equal(Outcome.Error, result.Outcome);
        Assert.Equal(["sleeper is stopped, not running", "`service sleeper start` ended with exit code 1", "  its configuration is wrong"], result.Messages);
        Assert.Equal("stopped", result.Fields["state"]);
    }

    [Fact]
    public async Task What_starts_and_is_not_there_then_has_failed()
    {
        if (!InitHost.CanBe) return;
        // The script waits for its death: a busy machine may ask for the status before `true` has ended.
        await Sh("sed -i 's/sleep 1000/true/; s/echo $! >.*pid\"/& \\&\\& wait/' /etc/init.d/sleeper; grep -q 'true .* wait' /etc/init.d/sleeper");
        var result = await Run("{ name: sleeper, state: started }");
        Assert.Equal((Outcome.Failed, "sleeper is stopped, not running"), (result.Outcome, Assert.Single(result.Messages)));
    }

    [Fact]
    public async Task What_cannot_be_found_out_is_an_error()
    {
        if (!InitHost.CanBe) return;
        Error(await Run("{ name: nonesuch, state: started }"), "there is no service nonesuch: /etc/init.d does not know it");
        Assert.False((await Run("{ name: nonesuch, state: started }")).Began);
        await Sh("sed -i 's/status)/other)/' /etc/init.d/sleeper");
        Error(await Run("{ name: sleeper, state: stopped }"), "whether sleeper runs could not be found out: Usage: /etc/init.d/sleeper start|stop");
        await Sh("sed -i 's/other)/status) exit 4;; x)/' /etc/init.d/sleeper");
        Error(await Run("{ name: sleeper, state: stopped }"), "whether sleeper runs could not be found out: exit code 4");
        // The real systemctl, where no systemd runs.
        await Sh("mkdir -p /run/systemd/system");
        Assert.StartsWith("whether sleeper runs could not be found out: Failed to connect to bus", Assert.Single((await Run("{ name: sleeper, state: started }")).Messages), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("inactive", "disabled", "{ state: started, enabled: true }", "running", "enabled: false → true\nstate: stopped → running", "enable start")]
    [InlineData("active", "enabled", "{ state: started, enabled: true }", "running", "", "")]
    [InlineData("active", "enabled", "{ state: reloaded }", "running", "reloaded", "reload")]
    [InlineData("failed", "enabled", "{ state: started }", "running", "state: failed → running", "start")]
    [InlineData("failed", "masked", "{ state: stopped, enabled: false }", "failed", "", "")]
    [InlineData("activating", "enabled", "{ state: stopped }", "stopped", "state: starting → stopped", "stop")]
    public async Task Systemd_is_asked_and_told(string state, string enabled, string wanted, string becomes, string diff, string calls)
    {
        if (!InitHost.CanBe) return;
        await Systemd(state, enabled);
        Is(await Run(wanted.Replace("{", "{ name: app@1.service,", StringComparison.Ordinal)), becomes, changed: diff.Length > 0, diff);
        Assert.Equal(calls, await Sh("cat /run/calls 2>/dev/null | tr '\\n' ' '"));
    }

    [Fact]
    public async Task A_unit_that_fails_has_failed_with_its_last_words()
    {
        if (!InitHost.CanBe) return;
        await Systemd("inactive", "disabled", start: "failed", code: 1);
        var result = await Run("{ name: app@1.service, state: started }");
        Assert.Equal(Outcome.Failed, result.Outcome);
        Assert.Equal("app@1.service is failed, not running", result.Messages[0]);
        Assert.Equal("`systemctl --no-pager --no-ask-password start -- app@1.service` ended with exit code 1", result.Messages[1]);
        Assert.Contains("app: cannot bind to port 80", result.Messages[2], StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_unit_that_takes_its_time_is_waited_for_as_long_as_the_step_may()
    {
        if (!InitHost.CanBe) return;
        await Systemd("inactive", "disabled", start: "activating", later: "active");
        Is(await Run("{ name: app@1.service, state: started }"), "running", changed: true, "state: stopped → running");
        await Systemd("inactive", "disabled", start: "activating");
        harness.Timeout = TimeSpan.FromSeconds(1.5);
        var result = await Run("{ name: app@1.service, state: started }");
        Assert.Equal((Outcome.Failed, "app@1.service is starting, not running"), (result.Outcome, result.Messages[0]));
    }

    [Fact]
    public async Task Systemd_knows_units_that_are_not_there_and_settings_that_are_none()
    {
        if (!InitHost.CanBe) return;
        await Systemd("active", "static");
        Error(await Run("{ name: nonesuch, enabled: true }"), "there is no service nonesuch: systemd does not know it");
        Error(await Run("{ name: app@1.service, enabled: true }"), "whether app@1.service starts with the machine is no setting of its own: systemd says \"static\"");
        var result = await Run("{ name: app@1.service, state: started }");
        Assert.Equal("whether app@1.service starts with the machine is no setting of its own: systemd says \"static\"", Assert.Throws<MissingValueException>(() => result.Fields.TryGet("enabled", out _)).Message);
    }

    /// <summary>As Alpine 3.20 (OpenRC 0.54) and FreeBSD 14 (rc.subr) answer.</summary>
    [Theory]
    [InlineData("openrc")]
    [InlineData("freebsd")]
    public async Task OpenRC_and_FreeBSD_are_asked_and_told(string system)
    {
        if (!InitHost.CanBe) return;
        void Program(string name, string script) => File.WriteAllText(Path.Combine(init.Folder, "bin", name), "#!/bin/sh\n" + script);
        if (system == "openrc")
        {
            await Sh("mkdir -p /run/openrc /etc/runlevels/default; rm -f /etc/runlevels/default/*; echo stopped >/run/state");
            Program("rc-service", """
                case "$*" in
                '--exists app') exit 0;;
                '--exists '*) echo " * rc-service: service \`$2' does not exist" >&2; exit 1;;
                '--nocolor app status') echo " * status: $(cat /run/state)"; [ "$(cat /run/state)" = started ] || exit 3;;
                '--nocolor app start') echo started >/run/state; echo ' * Starting app ... [ ok ]';;
                esac
                """);
            Program("rc-update", "[ \"$*\" = 'add app default' ] && ln -s /etc/init.d/sleeper /etc/runlevels/default/app");
        }
        else
        {
            await Sh("mkdir -p /etc/rc.d; touch /etc/rc.d/app; echo 'app is not running.' >/run/state; rm -f /run/enabled");
            Program("uname", "echo FreeBSD");
            Program("service", """
                case "$*" in
                'app onestatus') cat /run/state; ! grep -q not /run/state;;
                'app enabled') [ -f /run/enabled ];;
                'app onestart') echo 'app is running as pid 7.' >/run/state; echo 'Starting app.';;
                'app enable') touch /run/enabled; echo 'app enabled in /etc/rc.conf';;
                esac
                """);
        }
        await Sh($"chmod +x {init.Folder}/bin/*");
        Is(await Run("{ name: app, state: started, enabled: true }"), "running", changed: true, "enabled: false → true\nstate: stopped → running");
        Is(await Run("{ name: app, state: started, enabled: true }"), "running", changed: false, "");
        Error(await Run("{ name: nonesuch, state: started }"), $"there is no service nonesuch: {(system == "openrc" ? "OpenRC" : "/etc/rc.d or /usr/local/etc/rc.d")} does not know it");
        await Sh("echo 'what is this?' >/run/state");
        Assert.Contains("could not be found out", Assert.Single((await Run("{ name: app, state: started }")).Messages), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("{ name: a }", "this `service` wants nothing of the service → give it `state` or `enabled`")]
    [InlineData("{ state: started }", "`service` needs `name` → What its machine calls it.")]
    [InlineData("{ name: -a, state: started }", "this must be the name of a service: letters, digits and `@ . _ - : \\`, beginning with a letter or a digit, but is text \"-a\"")]
    [InlineData("{ name: ../a, state: started }", "this must be the name of a service: letters, digits and `@ . _ - : \\`, beginning with a letter or a digit, but is text \"../a\"")]
    [InlineData("{ name: 'a; id', state: started }", "this must be the name of a service: letters, digits and `@ . _ - : \\`, beginning with a letter or a digit, but is text \"a; id\"")]
    [InlineData("{ name: \"a\\n\", state: started }", "this must be the name of a service: letters, digits and `@ . _ - : \\`, beginning with a letter or a digit, but is text \"a\\n\"")]
    [InlineData("{ name: a, state: running }", "this must be started, stopped, restarted or reloaded, but is text \"running\"")]
    [InlineData("{ name: a, enabled: yes }", "this must be true or false, but is text \"yes\" → write true")]
    public void A_mistake_is_found_before_the_run(string yaml, string problem) => Assert.Equal([problem], KindHarness.Problems("service", yaml));

    private async Task<StepResult> Run(string yaml)
    {
        var bound = KindHarness.Bound("service", yaml);
        return await bound.Run(new StepContext
        {
            Scope = Scope.Empty,
            Machine = init.Host,
            Connections = pool,
            Jars = new CookieJars(),
            Timeout = harness.Timeout,
            Time = TimeProvider.System,
            Compares = harness.Compares,
            Claim = new Claim("test", "test"),
        }, TestContext.Current.CancellationToken);
    }

    private async Task<string> Sh(string script)
    {
        var connection = await pool.Get(init.Host, TestContext.Current.CancellationToken);
        return (await connection.Run(new RemoteCommand { Script = "PATH=$PATH:/usr/sbin:/sbin;" + script }, TestContext.Current.CancellationToken)).Out().Trim();
    }

    /// <summary>Answers as systemctl 252 does.</summary>
    private async Task Systemd(string state, string enabled, string start = "active", string later = "", int code = 0)
    {
        File.WriteAllText(Path.Combine(init.Folder, "bin", "systemctl"), $$"""
            #!/bin/sh
            while :; do case $1 in --*) shift;; *) break;; esac; done
            for name do :; done
            [ "$name" = app@1.service ] || known=no
            case $1 in
            show)
                if [ -n "$known" ]; then printf 'LoadState=not-found\nActiveState=inactive\n'; exit 0; fi
                printf 'LoadState=loaded\nActiveState=%s\n' "$(cat /run/state)"
                if [ -n "{{later}}" ] && [ "$(cat /run/state)" = activating ]; then echo {{later}} >/run/state; fi;;
            is-enabled)
                if [ -n "$known" ]; then echo "Failed to get unit file state for $name.service: No such file or directory" >&2; exit 1; fi
                cat /run/enabled; grep -qE '^(enabled|static)$' /run/enabled;;
            status)
                printf '%s\n' '× app@1.service - An app' '     Active: failed (Result: exit-code)' 'Nov 24 18:00:00 init1 app[7]: app: cannot bind to port 80'; exit 3;;
            enable) echo enabled >/run/enabled; echo enable >>/run/calls;;
            disable) echo disabled >/run/enabled; echo disable >>/run/calls;;
            start) echo {{start}} >/run/state; echo start >>/run/calls; exit {{code}};;
            stop) echo inactive >/run/state; echo stop >>/run/calls;;
            restart|reload) echo "$1" >>/run/calls;;
            esac
            """);
        await Sh($"chmod +x {init.Folder}/bin/systemctl; mkdir -p /run/systemd/system; echo {state} >/run/state; echo {enabled} >/run/enabled");
    }

    private static void Is(StepResult result, string state, bool changed, string diff)
    {
        Assert.Equal((Outcome.Passed, ""), (result.Outcome, string.Join('\n', result.Messages)));
        Assert.Equal((state, changed, diff), (result.Fields["state"], result.Fields["changed"], result.Fields["diff"]));
        Assert.Empty(result.Notes);
    }

    private static void Error(StepResult result, string message) => Assert.Equal((Outcome.Error, message), (result.Outcome, Assert.Single(result.Messages)));
}
