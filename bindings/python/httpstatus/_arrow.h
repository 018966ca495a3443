/* The records of a log as columns: Arrow's C interfaces, and what fills them. */
#ifndef HTTPSTATUS_PYTHON_ARROW_H
#define HTTPSTATUS_PYTHON_ARROW_H

#include "_lines.h"

/* ---- Arrow's own: https://arrow.apache.org/docs/format/CDataInterface.html ---- */

#ifndef ARROW_C_DATA_INTERFACE
#define ARROW_C_DATA_INTERFACE

#define ARROW_FLAG_DICTIONARY_ORDERED 1
#define ARROW_FLAG_NULLABLE 2
#define ARROW_FLAG_MAP_KEYS_SORTED 4

struct ArrowSchema {
    const char *format, *name, *metadata;
    int64_t flags, n_children;
    struct ArrowSchema **children, *dictionary;
    void (*release)(struct ArrowSchema *);
    void *private_data;
};

struct ArrowArray {
    int64_t length, null_count, offset, n_buffers, n_children;
    const void **buffers;
    struct ArrowArray **children, *dictionary;
    void (*release)(struct ArrowArray *);
    void *private_data;
};

#endif

#ifndef ARROW_C_STREAM_INTERFACE
#define ARROW_C_STREAM_INTERFACE

struct ArrowArrayStream {
    int (*get_schema)(struct ArrowArrayStream *, struct ArrowSchema *);
    int (*get_next)(struct ArrowArrayStream *, struct ArrowArray *);
    const char *(*get_last_error)(struct ArrowArrayStream *);
    void (*release)(struct ArrowArrayStream *);
    void *private_data;
};

#endif

/*
 * What follows runs on any thread and without the interpreter, but for what takes or gives a Python
 * object.  So its memory is that of PyMem_RawMalloc().
 */

#if defined(__GNUC__)
#pragma GCC visibility push(hidden)
#endif

/* ---- Schemas: _arrow_schema.c ---- */

/* A record that is being put into columns. */
typedef struct {
    const struct httpstatus_line *line;
    const char *p; /* its bytes */
    const struct httpstatus_record *record;
    const struct httpstatus_clock *clock;
} Row;

/* What a row has besides the parts in a record of the core. */
enum { ROW_LINE = HTTPSTATUS_PARTS, ROW_FORMAT };

/* A column that there can be: of numbers if it has 'value', else of texts. */
typedef struct {
    const char *name, *type;               /* Arrow's */
    bool (*value)(const Row *, int64_t *); /* false: null; a double by its bits */
    int width;                             /* of a value, in bytes: 2 or 8 */
    int part;                              /* what it is of: one of the core's, or of those above */
} Kind;

enum { KINDS_OF_COLUMNS = 5 + HTTPSTATUS_PARTS };
/* The columns that are wanted, in order. */
typedef struct {
    int count;
    unsigned parts; /* bits: those that they need */
    bool binary;    /* texts are bytes, whatever they are */
    const Kind *kinds[KINDS_OF_COLUMNS];
} Columns;

/*
 * From an iterable of names, NULL and None for those that are usual, and the truth 'binary'; false
 * with an exception set.
 */
bool columns_from(PyObject *names, PyObject *binary, Columns *columns);
/* 0 or an errno */
int schema_make(const Columns *columns, struct ArrowSchema *schema);

/* ---- Batches: _arrow_batch.c ---- */

/* Begins a batch, to which rows are then added; 0 or an errno. */
int batch_begin(const Columns *columns, struct ArrowArray *batch);
bool batch_is_full(const struct ArrowArray *batch);
/* 0 or an errno: the batch can then only be released. */
int batch_add(const Columns *columns, struct ArrowArray *batch, const Row *row);
/* Ends a batch: from then on it is the consumer's. */
void batch_end(struct ArrowArray *batch);

/* ---- Sources: _arrow_reader.c ---- */

/* An errno other than 0, and what went wrong. */
typedef struct {
    int code;
    char text[480];
} Failure;

int fail(Failure *failure, int code, const char *text);

/*
 * Where all streams of a records() read its log: in memory, by a descriptor at positions of their
 * own, or, if neither is possible, from a file that the first stream to read takes.
 */
typedef struct {
    Py_buffer data; /* data.obj is NULL if it is not in memory */
    int fd;         /* -1: none */
    int64_t start;  /* of the log in the file */
    char *name;     /* of a path, as the system has it; NULL: a file of the caller's */
    bool suffixed;  /* the path ends in that of a compressed file */
    bool apart;     /* of a sub-interpreter: no other thread can enter that */
    bool taken;
    PyObject *file, *path; /* as in Source; for one stream alone */
} Place;

/* Makes the place of a source, which stays as it is; false with an exception set. */
bool place_from(const Source *source, Place *place);
/* Also after a failure; closes the file of a path. */
void place_end(Place *place);

/* What a stream has of the log. */
typedef struct {
    Place *place;
    PyThread_type_lock lock; /* guards place->taken */
    int64_t position;        /* of the next byte, from the start of the log */
    bool opened;             /* 'source' is in use */
    Source source;           /* of what only the interpreter can read */
    Buffer piece;
    Failure *failure;
} Reader;

/* Reads up to PIECE bytes; returns how many, 0 at the end, -1 after fail(). */
int64_t reader_read(Reader *reader, char *p);
void reader_end(Reader *reader);

/* ---- Streams: _arrow_stream.c ---- */

/* What the streams of a records() share; they may outlive it. */
typedef struct table Table;

/* NULL with an exception set.  The conditions are copied. */
Table *table_make(State *state, const Columns *columns, const Request *request,
                  const struct httpstatus_clock *clock);
void table_drop(Table *table);
/* A capsule with a new stream of the iterator's source; NULL with an exception set. */
PyObject *table_stream(Table *table, Lines *lines);
PyObject *table_schema(const Table *table);
/* The counts of the stream that read last; false if none has. */
bool table_counts(Table *table, struct httpstatus_tally *tally, uint64_t *untimed);

#if defined(__GNUC__)
#pragma GCC visibility pop
#endif

#endif
