/* What crosses the end of a part of a log that is scanned in parts. */
#include "scanner.h"

static const struct carry *carry_of(const struct httpstatus_carry *bytes)
{
    return (const struct carry *)(const void *)bytes;
}

void httpstatus_carry_out(const struct httpstatus_scanner *bytes, struct httpstatus_carry *result)
{
    const struct scanner *scanner = const_scanner_of(bytes);
    struct carry *carry = (struct carry *)(void *)result;

    memset(result, 0, sizeof *result); /* it may be written to a file: leave no byte unset */
    carry->fields = scanner->setup.fields;
    memcpy(carry->fragments, scanner->fragments, sizeof carry->fragments);
    memcpy(carry->cut_streams, scanner->cut_streams, sizeof carry->cut_streams);
    for (int i = 0; i < HTTPSTATUS_FRAGMENTS; i++) {
        struct httpstatus_entry *entry = &carry->fragments[i].entry;
        uint64_t *const numbers[] = {&entry->number, &entry->reader.as.json.number,
                                     &entry->reader.as.json.left_over_number};
        for (int n = 0; n < 3; n++)
            if (*numbers[n])
                *numbers[n] -= scanner->tally.lines; /* relative to the next part, modulo 2^64 */
    }
}

void httpstatus_carry_in(struct httpstatus_scanner *bytes, const struct httpstatus_carry *before)
{
    struct scanner *scanner = scanner_of(bytes);
    const struct carry *carry = carry_of(before);

    scanner->setup.fields = carry->fields;
    memcpy(scanner->fragments, carry->fragments, sizeof carry->fragments);
    memcpy(scanner->cut_streams, carry->cut_streams, sizeof carry->cut_streams);
}

bool httpstatus_carry_equal(const struct httpstatus_carry *left,
                            const struct httpstatus_carry *right)
{
    const struct carry *a = carry_of(left), *b = carry_of(right);

    for (int i = 0; i < HTTPSTATUS_FRAGMENTS; i++)
        if (a->fragments[i].open || b->fragments[i].open ||
            a->fragments[i].counted != b->fragments[i].counted)
            return false;
    return equal_fields(&a->fields, &b->fields) &&
           memcmp(a->cut_streams, b->cut_streams, sizeof a->cut_streams) == 0;
}
