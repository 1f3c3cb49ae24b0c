namespace Playbooks.Journal;

/// <summary>A file that is locked while a run lives: the kernel takes the lock away with the process, however that ends.</summary>
internal sealed class RunLock : IDisposable
{
    private readonly FileStream file;

    private RunLock(FileStream file) => this.file = file;

    /// <summary>Null: the run lives.</summary>
    public static RunLock? Take(string path)
    {
        // Who only looks holds it for a moment, and who ends takes the file away.
        for (var tries = 0; tries < 100; tries++)
            try
            {
                var file = OwnFiles.Open(path, FileShare.None);
                if (File.Exists(path)) return new RunLock(file);
                file.Dispose();
            }
            catch (IOException) when (IsHeld(path))
            {
                return null;
            }
            catch (IOException) when (File.Exists(path))
            {
                // It was held a moment ago.
            }
        return null;
    }

    /// <summary>Whether somebody has it. Looking locks nobody else out who looks.</summary>
    public static bool IsHeld(string path)
    {
        try
        {
            using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read);
            return false;
        }
        catch (FileNotFoundException)
        {
            return false;
        }
        catch (DirectoryNotFoundException)
        {
            return false;
        }
        catch (IOException)
        {
            return true;
        }
        catch (UnauthorizedAccessException)
        {
            throw new Running.LogFailedException($"{path} is somebody else's, so whether that run lives nobody here can say", "use the journal as its owner, or another one with --state");
        }
    }

    public void Dispose()
    {
        try
        {
            File.Delete(file.Name);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // It stays, and nobody holds it.
        }
        file.Dispose();
    }
}
