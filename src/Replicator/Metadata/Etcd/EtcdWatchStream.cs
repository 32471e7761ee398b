using System.Buffers;
using System.IO.Pipelines;
using System.Text.Json;

namespace LogStore.Replicator.Metadata.Etcd;

/// <summary>
/// One connection's part of a watch: the events of a range of keys from a revision on, until it breaks.
/// </summary>
/// <remarks>Not thread-safe.</remarks>
internal sealed class EtcdWatchStream : IAsyncDisposable
{
    private readonly HttpResponseMessage _response;
    private readonly PipeReader _lines;

    private EtcdWatchStream(HttpResponseMessage response, Stream stream)
    {
        _response = response;
        _lines = PipeReader.Create(stream, new StreamPipeReaderOptions(bufferSize: 64 * 1024));
    }

    /// <summary>Opens a stream; null: there is no member to do so now.</summary>
    public static async Task<EtcdWatchStream?> TryOpenAsync(
        EtcdGateway gateway, EtcdWatchCreateRequest request, CancellationToken cancellationToken)
    {
        HttpResponseMessage? response = await gateway
            .TryStreamAsync(
                "watch", new EtcdWatchRequest(request), EtcdJson.Default.EtcdWatchRequest, cancellationToken)
            .ConfigureAwait(false);
        if (response is null) return null;
        Stream stream = await response.Content.ReadAsStreamAsync(cancellationToken).ConfigureAwait(false);
        return new EtcdWatchStream(response, stream);
    }

    /// <summary>Whole revisions of events, or word that there are none; null: the stream has broken.</summary>
    public async Task<EtcdWatchResponse?> NextAsync(CancellationToken cancellationToken)
    {
        List<EtcdEvent>? pieces = null;
        while (true)
        {
            EtcdWatchResponse? response = await NextPieceAsync(cancellationToken).ConfigureAwait(false);
            if (response is null || (!response.Fragment && pieces is null)) return response;
            (pieces ??= []).AddRange(response.Events ?? []);
            if (!response.Fragment) return response with { Events = [.. pieces] };
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _lines.CompleteAsync().ConfigureAwait(false);
        _response.Dispose();
    }

    private async ValueTask<EtcdWatchResponse?> NextPieceAsync(CancellationToken cancellationToken)
    {
        try
        {
            while (true)
            {
                ReadResult read = await _lines.ReadAsync(cancellationToken).ConfigureAwait(false);
                if (read.Buffer.PositionOf((byte)'\n') is { } end)
                {
                    EtcdWatchResponse? response = Parse(read.Buffer.Slice(0, end));
                    _lines.AdvanceTo(read.Buffer.GetPosition(1, end));
                    return response;
                }

                if (read.IsCompleted) return null;
                _lines.AdvanceTo(read.Buffer.Start, read.Buffer.End);
            }
        }
        catch (Exception exception) when (exception is IOException or HttpRequestException or JsonException)
        {
            return null;
        }
    }

    private static EtcdWatchResponse? Parse(ReadOnlySequence<byte> line)
    {
        Utf8JsonReader reader = new(line);
        return JsonSerializer.Deserialize(ref reader, EtcdJson.Default.EtcdStreamedEtcdWatchResponse)?.Result;
    }
}
