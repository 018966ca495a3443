/* Internal: what the careful readers remember of a line. */
#ifndef HTTPSTATUS_READERS_H
#define HTTPSTATUS_READERS_H

#include "httpstatus.h"

/*
 * A struct that lives in the bytes of a public one has to fit there.  Those bytes are characters,
 * which may alias any object: so a program that is compiled together with the library may copy
 * them by assignment.
 */
#define IS_BEHIND(real, public) \
    _Static_assert(sizeof(struct real) <= sizeof(struct public) && \
                       _Alignof(struct real) <= _Alignof(struct public), \
                   "struct " #real " does not fit into struct " #public ": raise its size")

/* What follows a quote that may close a request. */
struct httpstatus_attempt {
    bool active, begun;
    unsigned char state, part;
    int digits, value;
};
enum { HTTPSTATUS_ATTEMPTS = 2, HTTPSTATUS_TOKEN = 128 };
struct httpstatus_closing {
    struct httpstatus_attempt attempts[HTTPSTATUS_ATTEMPTS];
    bool escaped, begun, decided;
    unsigned char version; /* how much of " HTTP/1.1" has been seen */
    int found;
};
struct httpstatus_quoted { /* s3, envoy */
    unsigned char place, stamp;
    bool prefix;
    int part;
    struct httpstatus_closing close;
};
struct httpstatus_request {
    unsigned char place;
    struct httpstatus_closing close;
};
struct httpstatus_stamp {
    unsigned char place;
    bool bare; /* without brackets */
    bool iso;  /* ISO 8601's, if it is complete */
};
enum { HTTPSTATUS_REQUESTS = 3 };
struct httpstatus_clf {
    struct httpstatus_stamp stamp;
    char before;
    bool begun, visible, escaped, in_quotes, decided;
    bool is_first; /* nothing comes before the stamp */
    bool no_iso;   /* stamps of ISO 8601 are none: Envoy may have written the line */
    /* From a stamp that begins the line, from one outside quotes, from one inside. */
    struct httpstatus_request requests[HTTPSTATUS_REQUESTS];
};

/* The columns that the last #Fields names. */
enum { HTTPSTATUS_COLUMNS = 64 }; /* those after them are no part of a record */
struct httpstatus_fields {
    bool known;
    bool zeek; /* "#fields" of Zeek, by which no other format reads, nor zeek by theirs */
    int count, status, substatus;            /* columns from 0; -1: there is none */
    unsigned char names[HTTPSTATUS_COLUMNS]; /* of columns: places in a table from 1; 0: others */
};
struct httpstatus_value {
    bool bad, dash;
    int digits, number;
};
struct httpstatus_values {
    bool in_value, in_string, closed;
    int column;
    struct httpstatus_value status, substatus;
};
/* A record without "#Fields:", by the shapes of its columns: headerless.c. */
struct httpstatus_shape {
    unsigned char column, place; /* in the column, as far as that matters */
    unsigned char numbers;       /* columns of digits alone at the end, so far */
    bool bad, marked;            /* the value has what it must have besides its first byte */
};
enum { HTTPSTATUS_COLUMN_NAME = 24 }; /* no name that matters has so many bytes */
struct httpstatus_directive {
    struct httpstatus_fields fields;
    int matched, types; /* bytes of "#Fields:" and of zeek's "#types"; -1: it is another text */
    unsigned name_size;
    char name[HTTPSTATUS_COLUMN_NAME];
};
struct httpstatus_columns { /* w3c, cloudfront, zeek */
    bool started, visible, is_directive, undated;
    unsigned char mark, date;
    uint64_t nuls;
    struct httpstatus_shape shape;
    struct httpstatus_values plain, strings;
    struct httpstatus_directive directive;
};

enum { HTTPSTATUS_CSV_VALUE = 64 }; /* no value that must have a form is longer */
struct httpstatus_csv {
    unsigned char order, place, column;
    int status;
    size_t size; /* of the value so far */
    char value[HTTPSTATUS_CSV_VALUE];
};

struct httpstatus_tokens { /* elb, haproxy, squid */
    bool in_token, only_spaces, classic, version, taken, decided;
    char last, before, last_gap;
    unsigned char place, behind; /* haproxy: how many tokens follow the request */
    unsigned gap, count, quotes, quotes_before;
    int found;
    size_t size;
    char text[HTTPSTATUS_TOKEN];
};

enum { HTTPSTATUS_PAIR_KEY = 32, HTTPSTATUS_PAIR_VALUE = 4 };
struct httpstatus_pairs {       /* logfmt, ltsv */
    unsigned char place, words; /* those before the first pair */
    bool bad, paired, proved, has_status;
    int status;
    size_t key_size, value_size; /* of the pair so far */
    char key[HTTPSTATUS_PAIR_KEY], value[HTTPSTATUS_PAIR_VALUE];
};

enum { HTTPSTATUS_NPM_TOKEN = 16 }; /* no token before the method is longer */
struct httpstatus_npm {
    bool proxied;
    unsigned char place, at, escape, size;
    char before, text[HTTPSTATUS_NPM_TOKEN];
    int status;
};

enum { HTTPSTATUS_CONSOLE_FRONT = 160, HTTPSTATUS_CONSOLE_BACK = 128 };
struct httpstatus_console {
    size_t size;
    unsigned blanks; /* between the front and the back; 2 for more */
    unsigned quotes; /* without a backslash before them; 3 for more */
    bool escaped, closed;
    char front[HTTPSTATUS_CONSOLE_FRONT], back[HTTPSTATUS_CONSOLE_BACK];
};

/* The usual keys of a status, and those that prove a request. */
enum { HTTPSTATUS_NAMES = 8, HTTPSTATUS_KEY_SLOTS = 40 };
struct httpstatus_json {
    unsigned char place, escape, value_of, listed;
    unsigned char members; /* names of the object itself so far, 2 for more */
    bool after_string, behind_colon, is_name, negative, bad, point, zeros;
    bool only_objects, foreign, is_error, have_record, ready, left_over, seen_wrapper;
    bool other_event;    /* "event_type" says that the object is not about a request */
    bool is_cut;         /* by journald: the line goes on in the next object of its stream */
    bool seen_stream;    /* an object names its stream */
    unsigned char wraps; /* the name of the string that may hold a line; 0: none */
    unsigned char bytes; /* of a list of them: what comes next */
    uint64_t names, wanted, descend; /* bits: the keys that a name may lead to, is or leads to */
    uint64_t ended;                  /* those whose value has just ended */
    uint64_t
        live[HTTPSTATUS_NAMES + 1]; /* per depth: those whose way leads to what is open there */
    int digits, value, unit, high;
    uint32_t depth;
    uint64_t objects, record_end, at, stream;
    /* Of the line that a wrapped one begins on, and that something left over does; 0: this one. */
    uint64_t number, left_over_number;
    enum httpstatus_format format;
    int status, key;
    size_t text_size;
    char text[8];
    /* The ways to what is open, and to what was found: bits for the names that end one in JSON. */
    unsigned char way[HTTPSTATUS_KEY_SLOTS], found_way[HTTPSTATUS_KEY_SLOTS];
    unsigned char passed[HTTPSTATUS_KEY_SLOTS]; /* how many names of the key are on that way */
    int16_t found[HTTPSTATUS_KEY_SLOTS];
};

/* A field of a format string.  locator.h explains the numbers. */
struct httpstatus_log_field {
    uint16_t holds;
    unsigned char part, escape;
    int16_t detail;
};

/*
 * Where a format string says that the status and the other fields are: made by
 * httpstatus_options_format().  Field i is before text i, and the status before text step_count.
 */
enum {
    HTTPSTATUS_LOCATOR_STEPS = 64,
    HTTPSTATUS_LOCATOR_TEXT = 512,
    HTTPSTATUS_LOCATOR_BEHIND = 256
};
struct locator {
    bool ready, anchored, negative, careful, from_end, has_stop;
    bool whole; /* the fields and texts are all there, up to the end of the string */
    unsigned char stop;
    uint16_t step_count, text_size;
    uint16_t behind; /* where the text after the status begins, if it matters */
    struct {         /* a text; those before the status come first */
        uint16_t start, size;
    } steps[HTTPSTATUS_LOCATOR_STEPS];
    uint64_t escaped, listed, padded; /* bit i: is the field before text i so? */
    char text[HTTPSTATUS_LOCATOR_TEXT];
    uint16_t loops[HTTPSTATUS_LOCATOR_BEHIND + 1]; /* per byte of it: what a field after it holds */
    uint16_t text_count;
    uint64_t certain; /* bit i: does the field before text i end where that first occurs? */
    struct httpstatus_log_field fields[HTTPSTATUS_LOCATOR_STEPS + 1];
};
IS_BEHIND(locator, httpstatus_locator);

static inline const struct locator *locator_of(const struct httpstatus_options *options)
{
    return (const struct locator *)(const void *)&options->locator;
}

/* A line in which a locator finds the status. */
struct httpstatus_located {
    bool begun, escaped, start_escaped, status_escaped, reading;
    bool have_fallback, many, decided;
    unsigned char into;              /* how many bytes into the field, 2 for more */
    char before[3], start_before[2]; /* the last byte first */
    uint16_t step, matched, way_count;
    int found, fallback;
    struct httpstatus_attempt status;
    int16_t ways[HTTPSTATUS_LOCATOR_BEHIND];
};

/* A JSON key: a path of names, with dots between them. */
struct httpstatus_key {
    struct httpstatus_text path;
    size_t starts[HTTPSTATUS_NAMES + 1]; /* of the names; one more is past the end */
    int name_count;
    bool escaped; /* it has a quote or a backslash, which JSON escapes */
    bool unsure;  /* counts only with three digits, and beside the method of a request */
    bool event;   /* does not count in an event that is not about a request */
};

/* The names of a key from the i-th up to the one before the n-th. */
static inline struct httpstatus_text key_names(const struct httpstatus_key *key, int i, int n)
{
    return (struct httpstatus_text){key->path.data + key->starts[i],
                                    key->starts[n] - 1 - key->starts[i]};
}

/* How to read lines. */
struct httpstatus_setup {
    enum httpstatus_format format; /* whose look is used: under auto, that of the last record */
    bool automatic;                /* each line is read by every format that it may be of */
    bool target;
    int key;                       /* json: which of the usual ones the last record had */
    struct httpstatus_key own_key; /* json: the caller's; no names: the usual ones */
    struct httpstatus_fields fields;
    struct locator locator;
};

/* All of them, since several may be reading one text.  Each begins zeroed. */
struct httpstatus_reader {
    struct {
#define FORMAT(name, enumerator, state, ...) struct httpstatus_##state name;
#include "formats.def"
    } as;
};

#endif
