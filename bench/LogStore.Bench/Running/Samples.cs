namespace LogStore.Bench.Running;

/// <summary>The values of one metric, one for each round.</summary>
internal sealed class Samples
{
    private readonly List<double> _values = [];

    public Samples()
    {
    }

    private Samples(IEnumerable<double> values) => _values.AddRange(values);

    public double Median => _values.Order().ElementAt(_values.Count / 2);

    public double Min => _values.Min();

    public double Max => _values.Max();

    public void Add(double value) => _values.Add(value);

    /// <summary>The ratio in each round.</summary>
    public Samples Over(Samples other) => new(_values.Zip(other._values, (mine, theirs) => mine / theirs));
}
