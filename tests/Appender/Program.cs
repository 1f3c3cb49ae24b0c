using System.Globalization;
using Appender;
using Playbooks.Journal;
using Playbooks.Planning;
using Playbooks.Running;

// Appender FOLDER RUN COUNT [MACHINE...]: begins a run and appends so many events, each third one durable, and says the number of each that is
// kept for sure; then it lives until its input ends. Tests kill it, or take away its disk.
// Appender fill FOLDER RUNS STEPS: a journal of so many runs, for the benchmark.
if (args is ["fill", var filled, var runs, var steps]) return Filling.Fill(filled, long.Parse(runs, CultureInfo.InvariantCulture), long.Parse(steps, CultureInfo.InvariantCulture));
if (args is not [var folder, var name, var many, .. var machines]) return 64;
try
{
    using var journal = RunJournal.Open(folder, TimeProvider.System);
    await using var log = journal.Begin(new NewRun(name, "Appending", "/appending.yaml", machines), out var notes);
    foreach (var note in notes) Console.WriteLine($"note: {note}");
    Console.WriteLine("begun");
    await log.Append(new RunEvent.RunStarted(name, "Appending", "/appending.yaml") { Sequence = 1, Time = TimeProvider.System.GetUtcNow() }, durable: true);
    for (var number = 2L; number <= long.Parse(many, CultureInfo.InvariantCulture) + 1; number++)
    {
        var at = new Address("", new StepKey("steps/0"), "was1", Attempt: (int)number);
        await log.Append(new RunEvent.HostStarted(at, "play", new string('x', 500), OwesUndo: true) { Sequence = number }, durable: number % 3 == 0);
        if (number % 3 == 0) Console.WriteLine($"kept {number}");
    }
    Console.WriteLine("done");
    Console.In.ReadToEnd();
    return 0;
}
catch (MachinesBusyException e)
{
    Console.WriteLine($"busy: {e.Message}\n{e.Mend}");
    return 2;
}
catch (LogFailedException e)
{
    Console.WriteLine($"failed: {e.Message}\n{e.Mend}");
    return 3;
}
