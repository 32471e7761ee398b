using Xunit;

// One test at a time: they count the process's resources, and spinning tests would take each other's core.
[assembly: CollectionBehavior(DisableTestParallelization = true)]
