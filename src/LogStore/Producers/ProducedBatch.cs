namespace LogStore.Producers;

/// <summary>What is remembered of one batch of an idempotent producer; all bounds inclusive.</summary>
internal readonly record struct ProducedBatch(int BaseSequence, int LastSequence, long BaseOffset, long LastOffset);
