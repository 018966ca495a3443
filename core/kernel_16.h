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

TARGET INLINE uint64_t ISA(json_plain)(ISA(block) b)
{
    ISA(block) lower = ISA(lower)(b);

    return ISA(within)(lower, 'a', '{') | ISA(equal)(lower, '}') | ISA(within)(b, '0', '9') |
           ISA(within)(b, ',', '-') | ISA(equal)(b, ' ');
}

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
