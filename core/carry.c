/* What crosses the end of a part of a log. */
#include "scanner.h"

void httpstatus_carry_out(const struct httpstatus_scanner *scanner, struct httpstatus_carry *carry)
{
    carry->fields = scanner->setup.fields;
    memcpy(carry->parts, scanner->parts, sizeof carry->parts);
    memcpy(carry->cut_streams, scanner->cut_streams, sizeof carry->cut_streams);
    for (int i = 0; i < HTTPSTATUS_PARTS; i++) {
        struct httpstatus_entry *entry = &carry->parts[i].entry;
        uint64_t *const numbers[] = {&entry->number, &entry->reader.as.json.number,
                                     &entry->reader.as.json.left_over_number};
        for (int n = 0; n < 3; n++)
            if (*numbers[n])
                *numbers[n] -= scanner->tally.lines; /* modulo 2^64, as tallies add up */
    }
}

void httpstatus_carry_in(struct httpstatus_scanner *scanner, const struct httpstatus_carry *carry)
{
    scanner->setup.fields = carry->fields;
    memcpy(scanner->parts, carry->parts, sizeof carry->parts);
    memcpy(scanner->cut_streams, carry->cut_streams, sizeof carry->cut_streams);
}

bool httpstatus_carry_equal(const struct httpstatus_carry *a, const struct httpstatus_carry *b)
{
    for (int i = 0; i < HTTPSTATUS_PARTS; i++)
        if (a->parts[i].open || b->parts[i].open || a->parts[i].counted != b->parts[i].counted)
            return false;
    return equal_fields(&a->fields, &b->fields) &&
           memcmp(a->cut_streams, b->cut_streams, sizeof a->cut_streams) == 0;
}
