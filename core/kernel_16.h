/*
 * Blocks of four 16-byte vectors, for instruction sets without wider ones.  Before including this,
 * define TARGET, ISA(x) for the names, and ISA(vector), load16, set16, equal16, between16, or16 and
 * mask.
 */
typedef struct {
    ISA(vector) part[4];
} ISA(block);

TARGET INLINE ISA(block) ISA(join)(const char *p, const char *q)
{
    return (ISA(block)){{ISA(load16)(p), ISA(load16)(p + 16), ISA(load16)(q), ISA(load16)(q + 16)}};
}

TARGET INLINE ISA(block) ISA(load)(const char *p)
{
    return ISA(join)(p, p + 32);
}

TARGET INLINE uint64_t ISA(equal)(ISA(block) b, char c)
{
    ISA(vector) to = ISA(set16)(c);

    return ISA(mask)(ISA(equal16)(b.part[0], to), ISA(equal16)(b.part[1], to),
                     ISA(equal16)(b.part[2], to), ISA(equal16)(b.part[3], to));
}

/* Where one block has a byte and another has the other. */
TARGET INLINE uint64_t ISA(both)(ISA(block) b, char c, ISA(block) d, char e)
{
    ISA(vector) to = ISA(set16)(c), other = ISA(set16)(e);

    return ISA(mask)(ISA(and16)(ISA(equal16)(b.part[0], to), ISA(equal16)(d.part[0], other)),
                     ISA(and16)(ISA(equal16)(b.part[1], to), ISA(equal16)(d.part[1], other)),
                     ISA(and16)(ISA(equal16)(b.part[2], to), ISA(equal16)(d.part[2], other)),
                     ISA(and16)(ISA(equal16)(b.part[3], to), ISA(equal16)(d.part[3], other)));
}

typedef ISA(vector) ISA(seen);

TARGET INLINE ISA(seen) ISA(nothing)(void)
{
    return ISA(set16)('\0');
}

TARGET INLINE ISA(seen) ISA(see)(ISA(seen) seen, ISA(block) b, char c)
{
    ISA(vector) to = ISA(set16)(c);

    seen = ISA(or16)(seen, ISA(or16)(ISA(equal16)(b.part[0], to), ISA(equal16)(b.part[1], to)));
    return ISA(or16)(seen, ISA(or16)(ISA(equal16)(b.part[2], to), ISA(equal16)(b.part[3], to)));
}

TARGET INLINE bool ISA(has_seen)(ISA(seen) seen)
{
    return ISA(mask)(seen, seen, seen, seen) != 0;
}

TARGET INLINE uint64_t ISA(either)(ISA(block) b, char c, char d)
{
    return ISA(equal)(b, c) | ISA(equal)(b, d);
}

TARGET INLINE uint64_t ISA(between)(ISA(block) b, ISA(block) first, ISA(block) last)
{
    return ISA(mask)(ISA(between16)(b.part[0], first.part[0], last.part[0]),
                     ISA(between16)(b.part[1], first.part[1], last.part[1]),
                     ISA(between16)(b.part[2], first.part[2], last.part[2]),
                     ISA(between16)(b.part[3], first.part[3], last.part[3]));
}

TARGET INLINE uint64_t ISA(fits)(ISA(block) b, const struct form *form)
{
    return ISA(between)(b, ISA(load)(form->first), ISA(load)(form->last));
}

TARGET INLINE uint64_t ISA(within)(ISA(block) b, char first, char last)
{
    ISA(vector) from = ISA(set16)(first), to = ISA(set16)(last);

    return ISA(between)(b, (ISA(block)){{from, from, from, from}}, (ISA(block)){{to, to, to, to}});
}

TARGET INLINE ISA(block) ISA(lower)(ISA(block) b)
{
    ISA(vector) bit = ISA(set16)(0x20);

    return (ISA(block)){{ISA(or16)(b.part[0], bit), ISA(or16)(b.part[1], bit),
                         ISA(or16)(b.part[2], bit), ISA(or16)(b.part[3], bit)}};
}

TARGET INLINE uint64_t ISA(field_ends)(ISA(block) b)
{
    return ISA(either)(b, ' ', '"') | ISA(equal)(b, '\n');
}

/* ---- JSON: see json_masks ---- */

TARGET INLINE ISA(vector) ISA(is16)(ISA(vector) a, char c)
{
    return ISA(equal16)(a, ISA(set16)(c));
}

TARGET INLINE ISA(vector) ISA(in16)(ISA(vector) a, char first, char last)
{
    return ISA(between16)(a, ISA(set16)(first), ISA(set16)(last));
}

TARGET INLINE ISA(vector) ISA(is_fine)(ISA(vector) b, const char *p)
{
    const ISA(vector) lower = ISA(or16)(b, ISA(set16)(0x20)), next = ISA(load16)(p + 1);
    const ISA(vector) quotes = ISA(is16)(b, '"'), digits = ISA(in16)(b, '0', '9');
    const ISA(vector) letters = ISA(or16)(ISA(in16)(lower, 'a', '{'), ISA(is16)(lower, '}'));
    const ISA(vector) marks = ISA(or16)(ISA(in16)(b, ',', '.'), ISA(is16)(b, ' '));
    const ISA(vector) others = ISA(or16)(ISA(or16)(quotes, digits), ISA(is16)(b, ':'));
    const ISA(vector) wrong = ISA(or16)(ISA(except16)(ISA(is16)(next, ':'), quotes),
                                        ISA(except16)(ISA(is16)(next, '.'), digits));

    return ISA(except16)(ISA(or16)(letters, ISA(or16)(marks, others)), wrong);
}

typedef struct {
    ISA(vector) before, last; /* of the first of the names */
    const struct name_ends *ends;
} ISA(json_bytes);

TARGET INLINE ISA(json_bytes) ISA(json_bytes_of)(const struct name_ends *ends)
{
    return (ISA(json_bytes)){ISA(set16)(ends->before[0]), ISA(set16)(ends->last[0]), ends};
}

TARGET INLINE ISA(vector)
    ISA(ends_name)(const ISA(json_bytes) * bytes, ISA(vector) b, const char *p)
{
    const struct name_ends *ends = bytes->ends;
    const ISA(vector) next = ISA(load16)(p + 1), quotes = ISA(is16)(ISA(load16)(p + 2), '"');
    ISA(vector) any = ISA(and16)(ISA(equal16)(b, bytes->before), ISA(equal16)(next, bytes->last));

    for (int i = 1; i < ends->count; i++)
        any = ISA(or16)(any,
                        ISA(and16)(ISA(is16)(b, ends->before[i]), ISA(is16)(next, ends->last[i])));
    return ISA(and16)(ISA(and16)(any, quotes), ISA(is16)(ISA(load16)(p + 3), ':'));
}

TARGET INLINE ISA(vector) ISA(is_bracket)(ISA(vector) lower)
{
    return ISA(or16)(ISA(is16)(lower, '{'), ISA(is16)(lower, '}'));
}

/* Nothing is counted: the brackets stand together. */
TARGET INLINE struct json_masks ISA(json_masks)(const ISA(json_bytes) * bytes, const char *p)
{
    const ISA(block) b = ISA(load)(p), lower = ISA(lower)(b);

    return (struct json_masks){
        .quotes = ISA(equal)(b, '"'),
        .backslashes = ISA(equal)(b, '\\'),
        .opens = ISA(mask)(ISA(is_bracket)(lower.part[0]), ISA(is_bracket)(lower.part[1]),
                           ISA(is_bracket)(lower.part[2]), ISA(is_bracket)(lower.part[3])),
        .wrong = ~ISA(mask)(ISA(is_fine)(b.part[0], p), ISA(is_fine)(b.part[1], p + 16),
                            ISA(is_fine)(b.part[2], p + 32), ISA(is_fine)(b.part[3], p + 48)),
        .names = ISA(mask)(
            ISA(ends_name)(bytes, b.part[0], p), ISA(ends_name)(bytes, b.part[1], p + 16),
            ISA(ends_name)(bytes, b.part[2], p + 32), ISA(ends_name)(bytes, b.part[3], p + 48)),
    };
}

/* Whether counting bits is cheap: counting those of each block takes longer than it saves. */
enum { ISA(counts_bits) = false };

TARGET INLINE unsigned ISA(first)(uint64_t mask)
{
    return (unsigned)__builtin_ctzll(mask | UINT64_C(1) << 63);
}

TARGET INLINE uint64_t ISA(parity)(uint64_t mask)
{
    for (int shift = 1; shift < 64; shift *= 2)
        mask ^= mask << shift;
    return mask;
}

#undef ISA
#undef TARGET
