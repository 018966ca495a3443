/* Internal: the search for an option that reads a log which fits no format. */
#ifndef HTTPSTATUS_SUGGEST_H
#define HTTPSTATUS_SUGGEST_H

#include "text.h"

#if defined(__GNUC__)
#pragma GCC visibility push(hidden)
#endif

/* Candidates are looked for in the sample, and judged by how they read all of the head. */
enum { SAMPLE_LINES = 200, SAMPLE_SIZE = 64 * 1024 };
struct suggesting {
    struct httpstatus_scanner *scanner; /* room to read with */
    const char *p, *sample_end, *end;   /* of the head, which is whole lines */
    unsigned headings;                  /* how many comments the log begins with */
    unsigned names;                     /* 1: the first other line may name the columns */
    unsigned rank;                      /* of the best suggestion so far; 0: there is none */
    struct httpstatus_suggestion *best;
};

/*
 * How many records a format string or a key reads in the sample; 0 if it does not read the log:
 * nine of ten lines, with no status but 100..599 or "-", and nine of ten of them known ones.
 */
uint64_t httpstatus_reads_sample(const struct suggesting *search,
                                 const struct httpstatus_options *options);
/* Suggests it if it reads all of the head so, and nothing of that rank or a higher one does. */
void httpstatus_try_option(struct suggesting *search, unsigned rank,
                           const struct httpstatus_options *options, const char *text, size_t size);

/* The next line of the sample that is neither blank nor a comment; false after the last. */
bool httpstatus_next_line(const char **p, const char *end, struct httpstatus_text *line);

/* The status that a text is, 100..599; 0 if it is none. */
int httpstatus_plain_status(struct httpstatus_text text);
/* Whether so many of all are enough to be the rule. */
static inline bool is_rule(unsigned count, unsigned all)
{
    return count * 20 >= all * 19;
}
static inline bool are_most(unsigned count, unsigned all)
{
    return count && count * 10 >= all * 9;
}

/* What a text says of a request; what comes first in it counts. */
enum { IS_METHOD = 1, IS_TARGET = 2, IS_REQUEST = 4, IS_PROTOCOL = 8 };
unsigned httpstatus_request_kind(struct httpstatus_text text);

/* 3: the name is one for a status; 2: it ends in one, but not another server's; else 1. */
unsigned httpstatus_status_name(const char *p, const char *end);

/* Each looks for a suggestion in its kind of log. */
void httpstatus_suggest_format(struct suggesting *search);
void httpstatus_suggest_key(struct suggesting *search);

#if defined(__GNUC__)
#pragma GCC visibility pop
#endif

#endif
