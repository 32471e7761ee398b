using Xunit;

// Each test has a cluster of processes: two at once would only take each other's time.
[assembly: CollectionBehavior(DisableTestParallelization = true)]
