using Play;

return await CommandLine.Invoke(args);
