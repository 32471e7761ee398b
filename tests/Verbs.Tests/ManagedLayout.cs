using System.Globalization;
using System.Reflection;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace LogStore.Verbs.Tests;

/// <summary>
/// The layout of the bindings as the runtime has it: every struct's size, every field's offset and every constant, named
/// as C names them.
/// </summary>
internal static class ManagedLayout
{
    /// <summary>Reads all of it by reflection: <c>sizeof ibv_wc</c>, <c>offsetof ibv_wc.status</c>, <c>value IBV_WC_SUCCESS</c>.</summary>
    public static SortedDictionary<string, long> Read()
    {
        SortedDictionary<string, long> layout = new(StringComparer.Ordinal);
        foreach (Type type in typeof(Ibv).Assembly.GetTypes())
        {
            if (type.Namespace != typeof(Ibv).Namespace || type.IsNested) continue;
            if (type.IsEnum) AddConstants(layout, type);
            else if (type.IsValueType && type.GetFields().Length > 0) AddStruct(layout, type);
        }

        AddConstants(layout, typeof(Ibv));
        AddConstants(layout, typeof(Libc));
        AddConstants(layout, typeof(Errno));
        return layout;
    }

    private static void AddConstants(SortedDictionary<string, long> layout, Type type)
    {
        foreach (FieldInfo field in type.GetFields(BindingFlags.Static | BindingFlags.Public))
        {
            if (field.IsLiteral) layout[$"value {field.Name}"] = ToInt64(field.GetRawConstantValue()!);
        }
    }

    private static void AddStruct(SortedDictionary<string, long> layout, Type type)
    {
        layout[$"sizeof {type.Name}"] = SizeOf(type);
        AddFields(layout, type, type.Name + ".", 0);
    }

    private static void AddFields(SortedDictionary<string, long> layout, Type type, string prefix, long start)
    {
        foreach (FieldInfo field in type.GetFields(BindingFlags.Instance | BindingFlags.Public))
        {
            long offset = start + OffsetOf(type, field);
            bool unnamed = field.Name.StartsWith("Anonymous", StringComparison.Ordinal);
            if (!unnamed) layout[$"offsetof {prefix}{field.Name}"] = offset;
            if (field.FieldType is not { IsNested: true, IsValueType: true, IsEnum: false }) continue;
            if (field.FieldType.IsDefined(typeof(InlineArrayAttribute), inherit: false)) continue;
            AddFields(layout, field.FieldType, unnamed ? prefix : $"{prefix}{field.Name}.", offset);
        }
    }

    // Marshal.SizeOf and Marshal.OffsetOf tell of marshalled copies; the bindings are passed by pointer, as they are.
    private static long SizeOf(Type type) =>
        (int)typeof(Unsafe).GetMethod(nameof(Unsafe.SizeOf))!.MakeGenericMethod(type).Invoke(null, null)!;

    private static long OffsetOf(Type type, FieldInfo field) =>
        (long)typeof(ManagedLayout).GetMethod(nameof(MeasureOffset), BindingFlags.Static | BindingFlags.NonPublic)!
            .MakeGenericMethod(type).Invoke(null, [field])!;

    // Finds the field in the bytes themselves: set them all, clear the field, and see which byte is the first to change.
    private static long MeasureOffset<T>(FieldInfo field) where T : unmanaged
    {
        object boxed = default(T);
        Span<byte> bytes = BytesOf<T>(boxed);
        bytes.Fill(0xff);
        field.SetValue(boxed, Zero(field.FieldType));
        int offset = bytes.IndexOf((byte)0);
        return offset >= 0 ? offset : throw new InvalidOperationException($"{typeof(T)}.{field.Name} has no bytes.");
    }

    private static unsafe object Zero(Type type)
    {
        if (type.IsFunctionPointer) return IntPtr.Zero;
        return type.IsPointer ? Pointer.Box(null, type) : RuntimeHelpers.GetUninitializedObject(type);
    }

    private static Span<byte> BytesOf<T>(object boxed) where T : unmanaged =>
        MemoryMarshal.AsBytes(MemoryMarshal.CreateSpan(ref Unsafe.Unbox<T>(boxed), 1));

    private static long ToInt64(object value) => Convert.ToInt64(value, CultureInfo.InvariantCulture);
}
