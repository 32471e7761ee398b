# The text of the demonstrations. Sourced, not run; the working directory is the repository.

# Real text, from what every machine has that can run this: our own files and the documentation of .NET. Numbered lines
# make each record unique, so that one lost, doubled or out of order cannot hide.
#
# make_text MEGABYTES FILE
make_text() {
  local documents packs
  packs=$(dirname "$(readlink -f "$(command -v dotnet)")")/packs
  mapfile -t documents < <(find README.md docs src tests -type f \( -name '*.md' -o -name '*.cs' \); find "$packs" -name '*.xml' 2>/dev/null)
  while :; do cat "${documents[@]}" || break; done 2>/dev/null | head -c "$(($1 * 1000000))" |
    awk '{ print NR "\t" $0 }' >"$2" || true
  printf 'the end, without a newline' | awk -v n="$(wc -l <"$2")" '{ printf "%d\t%s", n + 1, $0 }' >>"$2"
}
