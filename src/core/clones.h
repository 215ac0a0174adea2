/* Hot loops in two versions, chosen when the program starts: for every x86-64, and for AVX2, three
 * to four times as fast here. Both give the same bits: AVX2 does not include FMA, so nothing is
 * contracted. Elsewhere, and under sanitizers (they cannot run the resolvers that early), there is
 * one version. */
#ifndef SUBSCENE_CORE_CLONES_H
#define SUBSCENE_CORE_CLONES_H

#if defined(__x86_64__) && defined(__GNUC__) && !defined(__clang__) && defined(__GLIBC__) &&       \
    !defined(__SANITIZE_ADDRESS__) && !defined(__SANITIZE_THREAD__)
#define SIMD_CLONES __attribute__((target_clones("avx2", "default")))
#else
#define SIMD_CLONES
#endif

#endif
