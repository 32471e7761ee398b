using LogStore.Simulation;

return CommandLine.Run(args);
