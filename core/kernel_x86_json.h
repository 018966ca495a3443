/* x86-64: the bytes that matter to a look at JSON, with AVX2 and AVX-512.  See json_masks. */

/*
 * What JSON has outside strings: letters, digits, brackets, space, quote, comma, minus, point and
 * colon.  A byte is one of them if its row (the high half) and its column (the low half) have a bit
 * in common.
 */
#define JSON_ROWS 0, 0, 1, 2, 4, 8, 4, 8, 0, 0, 0, 0, 0, 0, 0, 0
#define JSON_COLUMNS 11, 14, 15, 14, 14, 14, 14, 14, 14, 14, 14, 12, 5, 13, 5, 4

/* ---- AVX2 ---- */

/* Keeps the compiler from setting the same bytes again in every round of a loop. */
AVX2 INLINE __m256i avx2_held(__m256i v)
{
    __asm__("" : "+x"(v));
    return v;
}

AVX2 INLINE __m256i avx2_hold(char c)
{
    return avx2_held(_mm256_set1_epi8(c));
}

typedef struct {
    __m256i quote, backslash, colon, point, open, end, bit, zero, nine, half, rows, columns;
    __m256i before, last, other_before, other_last; /* of the first of the names */
    const struct name_ends *ends;
} avx2_json_bytes;

AVX2 INLINE avx2_json_bytes avx2_json_bytes_of(const struct name_ends *ends)
{
    return (avx2_json_bytes){avx2_hold('"'),
                             avx2_hold('\\'),
                             avx2_hold(':'),
                             avx2_hold('.'),
                             avx2_hold('{'),
                             avx2_hold('}'),
                             avx2_hold(0x20),
                             avx2_hold('0'),
                             avx2_hold('9'),
                             avx2_hold(15),
                             avx2_held(_mm256_broadcastsi128_si256(_mm_setr_epi8(JSON_ROWS))),
                             avx2_held(_mm256_broadcastsi128_si256(_mm_setr_epi8(JSON_COLUMNS))),
                             avx2_hold(ends->before[0]),
                             avx2_hold(ends->last[0]),
                             avx2_hold(ends->before[1]),
                             avx2_hold(ends->last[1]),
                             ends};
}

/* See json_masks: what must not be outside strings. */
AVX2 INLINE __m256i avx2_is_wrong(const avx2_json_bytes *bytes, __m256i b, __m256i next,
                                  __m256i quotes)
{
    const __m256i row = _mm256_and_si256(_mm256_srli_epi16(b, 4), bytes->half);
    const __m256i sets = _mm256_and_si256(_mm256_shuffle_epi8(bytes->columns, b),
                                          _mm256_shuffle_epi8(bytes->rows, row));
    const __m256i other = _mm256_cmpeq_epi8(sets, _mm256_setzero_si256());
    const __m256i digits = avx2_between(b, bytes->zero, bytes->nine);
    const __m256i colon = _mm256_andnot_si256(quotes, _mm256_cmpeq_epi8(next, bytes->colon));
    const __m256i point = _mm256_andnot_si256(digits, _mm256_cmpeq_epi8(next, bytes->point));

    return _mm256_or_si256(other, _mm256_or_si256(colon, point));
}

AVX2 INLINE __m256i avx2_ends_name(const avx2_json_bytes *bytes, __m256i b, __m256i next,
                                   const char *p)
{
    const __m256i colons = _mm256_cmpeq_epi8(avx2_load32(p + 3), bytes->colon);
    const __m256i closed =
        _mm256_and_si256(_mm256_cmpeq_epi8(avx2_load32(p + 2), bytes->quote), colons);
    __m256i any = _mm256_or_si256(
        _mm256_and_si256(_mm256_cmpeq_epi8(b, bytes->before), _mm256_cmpeq_epi8(next, bytes->last)),
        _mm256_and_si256(_mm256_cmpeq_epi8(b, bytes->other_before),
                         _mm256_cmpeq_epi8(next, bytes->other_last)));

    for (int i = 2; i < bytes->ends->count; i++)
        any = _mm256_or_si256(
            any, _mm256_and_si256(_mm256_cmpeq_epi8(b, _mm256_set1_epi8(bytes->ends->before[i])),
                                  _mm256_cmpeq_epi8(next, _mm256_set1_epi8(bytes->ends->last[i]))));
    return _mm256_and_si256(any, closed);
}

AVX2 INLINE struct json_masks avx2_json_masks(const avx2_json_bytes *bytes, const char *p)
{
    const __m256i b = avx2_load32(p), c = avx2_load32(p + 32), next = avx2_load32(p + 1),
                  next_c = avx2_load32(p + 33);
    const __m256i quotes = _mm256_cmpeq_epi8(b, bytes->quote),
                  more_quotes = _mm256_cmpeq_epi8(c, bytes->quote);
    const __m256i lower = _mm256_or_si256(b, bytes->bit),
                  more_lower = _mm256_or_si256(c, bytes->bit);

    return (struct json_masks){
        .quotes = avx2_mask(quotes, more_quotes),
        .backslashes = avx2_mask(_mm256_cmpeq_epi8(b, bytes->backslash),
                                 _mm256_cmpeq_epi8(c, bytes->backslash)),
        .opens = avx2_mask(_mm256_cmpeq_epi8(lower, bytes->open),
                           _mm256_cmpeq_epi8(more_lower, bytes->open)),
        .ends = avx2_mask(_mm256_cmpeq_epi8(lower, bytes->end),
                          _mm256_cmpeq_epi8(more_lower, bytes->end)),
        .lists = ~avx2_mask(_mm256_slli_epi16(b, 2), _mm256_slli_epi16(c, 2)),
        .wrong = avx2_mask(avx2_is_wrong(bytes, b, next, quotes),
                           avx2_is_wrong(bytes, c, next_c, more_quotes)),
        .names =
            avx2_mask(avx2_ends_name(bytes, b, next, p), avx2_ends_name(bytes, c, next_c, p + 32)),
    };
}

/* ---- AVX-512 ---- */

AVX512 INLINE __m512i avx512_held(__m512i v)
{
    __asm__("" : "+v"(v));
    return v;
}

AVX512 INLINE __m512i avx512_hold(char c)
{
    return avx512_held(_mm512_set1_epi8(c));
}

typedef struct {
    __m512i quote, backslash, colon, point, open, end, bit, zero, nine, half, rows, columns;
    __m512i before, last, other_before, other_last;
    const struct name_ends *ends;
} avx512_json_bytes;

AVX512 INLINE avx512_json_bytes avx512_json_bytes_of(const struct name_ends *ends)
{
    return (avx512_json_bytes){avx512_hold('"'),
                               avx512_hold('\\'),
                               avx512_hold(':'),
                               avx512_hold('.'),
                               avx512_hold('{'),
                               avx512_hold('}'),
                               avx512_hold(0x20),
                               avx512_hold('0'),
                               avx512_hold(9),
                               avx512_hold(15),
                               avx512_held(_mm512_broadcast_i32x4(_mm_setr_epi8(JSON_ROWS))),
                               avx512_held(_mm512_broadcast_i32x4(_mm_setr_epi8(JSON_COLUMNS))),
                               avx512_hold(ends->before[0]),
                               avx512_hold(ends->last[0]),
                               avx512_hold(ends->before[1]),
                               avx512_hold(ends->last[1]),
                               ends};
}

AVX512 INLINE __mmask64 avx512_same(avx512_block b, __m512i c)
{
    return _mm512_cmpeq_epi8_mask(b, c);
}

AVX512 INLINE uint64_t avx512_is_wrong(const avx512_json_bytes *bytes, avx512_block b,
                                       avx512_block next)
{
    const __m512i row = _mm512_and_si512(_mm512_srli_epi16(b, 4), bytes->half);
    const __mmask64 colons = avx512_same(next, bytes->colon),
                    points = avx512_same(next, bytes->point);
    const __mmask64 other = _mm512_testn_epi8_mask(_mm512_shuffle_epi8(bytes->columns, b),
                                                   _mm512_shuffle_epi8(bytes->rows, row));
    const __mmask64 colon = _mm512_mask_cmpneq_epi8_mask(colons, b, bytes->quote);
    const __mmask64 point =
        _mm512_mask_cmpgt_epu8_mask(points, _mm512_sub_epi8(b, bytes->zero), bytes->nine);

    return _kor_mask64(_kor_mask64(other, colon), point);
}

AVX512 INLINE uint64_t avx512_ends_name(const avx512_json_bytes *bytes, avx512_block b,
                                        avx512_block next, const char *p)
{
    const __mmask64 colons = avx512_same(avx512_load(p + 3), bytes->colon);
    const __mmask64 closed = _mm512_mask_cmpeq_epi8_mask(colons, avx512_load(p + 2), bytes->quote);
    const __mmask64 last = _mm512_mask_cmpeq_epi8_mask(closed, next, bytes->last);
    const __mmask64 other_last = _mm512_mask_cmpeq_epi8_mask(closed, next, bytes->other_last);
    __mmask64 any = _kor_mask64(_mm512_mask_cmpeq_epi8_mask(last, b, bytes->before),
                                _mm512_mask_cmpeq_epi8_mask(other_last, b, bytes->other_before));

    for (int i = 2; i < bytes->ends->count; i++) {
        const __mmask64 other =
            _mm512_mask_cmpeq_epi8_mask(closed, next, _mm512_set1_epi8(bytes->ends->last[i]));
        any |= _mm512_mask_cmpeq_epi8_mask(other, b, _mm512_set1_epi8(bytes->ends->before[i]));
    }
    return any;
}

AVX512 INLINE struct json_masks avx512_json_masks(const avx512_json_bytes *bytes, const char *p)
{
    const __m512i b = avx512_load(p), next = avx512_load(p + 1),
                  lower = _mm512_or_si512(b, bytes->bit);

    return (struct json_masks){
        .quotes = avx512_same(b, bytes->quote),
        .backslashes = avx512_same(b, bytes->backslash),
        .opens = avx512_same(lower, bytes->open),
        .ends = avx512_same(lower, bytes->end),
        .lists = _mm512_testn_epi8_mask(b, bytes->bit),
        .wrong = avx512_is_wrong(bytes, b, next),
        .names = avx512_ends_name(bytes, b, next, p),
    };
}
