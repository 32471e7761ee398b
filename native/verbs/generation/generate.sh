#!/usr/bin/env bash
# Generates native/verbs/Generated/verbs.cs from the installed rdma-core headers: run it as `./dev bindings`.
# verbs.rsp says what to generate. Its --exclude also deletes struct *fields* of the same name without a word, which the
# layout test (tests/Verbs.Tests) finds.
set -euo pipefail
cd "$(dirname "$(readlink -f "${BASH_SOURCE[0]}")")"
. ../../../ci/common.sh

# as_internal FILE: the generator prints public types, but raw bindings are nobody's API. Top-level types start a line.
as_internal() { sed -i -E 's/^public ((static |unsafe |partial |sealed )*(struct|enum|class) )/internal \1/' "$1"; }

if [ "${1:-}" = --as-internal ]; then as_internal "$2"; exit; fi

need_dotnet
need_files /usr/include/infiniband/verbs.h=libibverbs-dev
dotnet tool restore >/dev/null ||
  fail "ClangSharpPInvokeGenerator could not be restored: it takes a NuGet feed that carries it (nuget.org does)"
dotnet tool run ClangSharpPInvokeGenerator @verbs.rsp
as_internal verbs.cs
mv verbs.cs ../Generated/verbs.cs
printf 'generated native/verbs/Generated/verbs.cs\n'
