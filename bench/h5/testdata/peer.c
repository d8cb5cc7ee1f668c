/* The C peer of bench/h5: peer ROW FOLDER prints the seconds that one unit of the
   row takes. What is measured is what the Go program does; see rows.go. */
#include <hdf5.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

static double now(void) {
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return t.tv_sec + 1e-9 * t.tv_nsec;
}

static void must(long long ok, const char *what) {
    if (ok < 0) { fprintf(stderr, "peer: %s failed\n", what); exit(1); }
}

static char path[4096];
static const char *in(const char *folder, const char *name) {
    snprintf(path, sizeof path, "%s/%s", folder, name);
    return path;
}

#define BIG (256L << 20)
#define PACKED (32L << 20)

static double write_big(const char *folder) {
    hsize_t n = BIG / 8;
    double *data = malloc(BIG);
    for (hsize_t i = 0; i < n; i++) data[i] = i;
    double best = 1e9;
    for (int k = 0; k < 3; k++) {
        double t = now();
        hid_t f = H5Fcreate(in(folder, "c.h5"), H5F_ACC_TRUNC, H5P_DEFAULT, H5P_DEFAULT);
        hid_t s = H5Screate_simple(1, &n, NULL);
        hid_t d = H5Dcreate2(f, "x", H5T_IEEE_F64LE, s, H5P_DEFAULT, H5P_DEFAULT, H5P_DEFAULT);
        must(H5Dwrite(d, H5T_NATIVE_DOUBLE, H5S_ALL, H5S_ALL, H5P_DEFAULT, data), "write");
        H5Dclose(d); H5Sclose(s);
        must(H5Fclose(f), "close");
        t = now() - t;
        if (t < best) best = t;
        unlink(path);
    }
    return best;
}

static double read_all(const char *folder, const char *name, long bytes) {
    double *data = malloc(bytes);
    memset(data, 1, bytes);
    hid_t f = H5Fopen(in(folder, name), H5F_ACC_RDONLY, H5P_DEFAULT);
    hid_t d = H5Dopen2(f, "x", H5P_DEFAULT);
    double best = 1e9;
    for (int k = 0; k < 3; k++) {
        double t = now();
        must(H5Dread(d, H5T_NATIVE_DOUBLE, H5S_ALL, H5S_ALL, H5P_DEFAULT, data), "read");
        t = now() - t;
        if (t < best) best = t;
    }
    H5Dclose(d); H5Fclose(f);
    return best;
}

static double write_packed(const char *folder) {
    hsize_t dims[2] = {4096, 1024}, chunk[2] = {128, 1024};
    double *data = malloc(PACKED);
    for (long i = 0; i < PACKED / 8; i++) data[i] = i % 1000;
    double best = 1e9;
    for (int k = 0; k < 3; k++) {
        double t = now();
        hid_t f = H5Fcreate(in(folder, "c.h5"), H5F_ACC_TRUNC, H5P_DEFAULT, H5P_DEFAULT);
        hid_t s = H5Screate_simple(2, dims, NULL), p = H5Pcreate(H5P_DATASET_CREATE);
        H5Pset_chunk(p, 2, chunk);
        H5Pset_deflate(p, 4);
        hid_t d = H5Dcreate2(f, "x", H5T_IEEE_F64LE, s, H5P_DEFAULT, p, H5P_DEFAULT);
        must(H5Dwrite(d, H5T_NATIVE_DOUBLE, H5S_ALL, H5S_ALL, H5P_DEFAULT, data), "write");
        H5Dclose(d); H5Sclose(s); H5Pclose(p);
        must(H5Fclose(f), "close");
        t = now() - t;
        if (t < best) best = t;
        unlink(path);
    }
    return best;
}

static double open_objects(const char *folder) {
    hid_t f = H5Fopen(in(folder, "objects.h5"), H5F_ACC_RDONLY, H5P_DEFAULT);
    double best = 1e9;
    for (int k = 0; k < 3; k++) {
        double t = now();
        for (int i = 0; i < 10000; i++) {
            char name[32];
            snprintf(name, sizeof name, "d%05d", i);
            hid_t d = H5Dopen2(f, name, H5P_DEFAULT);
            hid_t s = H5Dget_space(d), y = H5Dget_type(d);
            hsize_t dims[4];
            must(H5Sget_simple_extent_dims(s, dims, NULL), "shape");
            must(H5Tget_size(y), "type");
            H5Tclose(y); H5Sclose(s); H5Dclose(d);
        }
        t = now() - t;
        if (t < best) best = t;
    }
    H5Fclose(f);
    return best;
}

static herr_t count(hid_t o, const char *name, const H5O_info_t *info, void *n) {
    (void)o; (void)name; (void)info;
    ++*(long *)n;
    return 0;
}

static double visit_objects(const char *folder) {
    hid_t f = H5Fopen(in(folder, "objects.h5"), H5F_ACC_RDONLY, H5P_DEFAULT);
    double best = 1e9;
    for (int k = 0; k < 3; k++) {
        long n = 0;
        double t = now();
        must(H5Ovisit(f, H5_INDEX_NAME, H5_ITER_INC, count, &n), "visit");
        t = now() - t;
        if (n != 10001) must(-1, "the number of objects");
        if (t < best) best = t;
    }
    H5Fclose(f);
    return best;
}

static double small(const char *folder) {
    hid_t f = H5Fopen(in(folder, "points.h5"), H5F_ACC_RDWR, H5P_DEFAULT);
    hid_t d = H5Dopen2(f, "x", H5P_DEFAULT), s = H5Dget_space(d);
    hsize_t three[3] = {1, 1, 3};
    hid_t m = H5Screate_simple(3, three, NULL);
    double point[3], total = 0;
    unsigned r = 12345;
    const int reads = 4000;
    double best = 1e9;
    for (int round = 0; round < 5; round++) {
        double t = now();
        for (int k = 0; k < reads; k++) {
            r = r * 1664525u + 1013904223u;
            hsize_t start[3] = {(r >> 8) % 1000, (r >> 18) % 1000, 0};
            H5Sselect_hyperslab(s, H5S_SELECT_SET, start, NULL, three, NULL);
            must(H5Dread(d, H5T_NATIVE_DOUBLE, m, s, H5P_DEFAULT, point), "read");
            total += point[0];
        }
        t = (now() - t) / reads;
        if (t < best) best = t;
    }
    if (total == 1.5) puts("");
    H5Fclose(f);
    return best;
}

/* Every tenth point's first coordinate, the better of two ways: a strided selection,
   and the enclosing block picked apart in memory. */
static double strided(const char *folder) {
    hid_t f = H5Fopen(in(folder, "points.h5"), H5F_ACC_RDONLY, H5P_DEFAULT);
    hid_t d = H5Dopen2(f, "x", H5P_DEFAULT), s = H5Dget_space(d);
    hsize_t start[3] = {0, 0, 0}, stride[3] = {1, 10, 1}, shape[3] = {1000, 100, 1};
    hid_t m = H5Screate_simple(3, shape, NULL);
    double *out = malloc(100000 * 8), *block = malloc(3000000 * 8);
    memset(out, 1, 100000 * 8);
    memset(block, 1, 3000000 * 8);
    double a = 1e9, b = 1e9;
    for (int k = 0; k < 20; k++) {
        double t = now();
        H5Sselect_hyperslab(s, H5S_SELECT_SET, start, stride, shape, NULL);
        must(H5Dread(d, H5T_NATIVE_DOUBLE, m, s, H5P_DEFAULT, out), "read");
        t = now() - t;
        if (t < a) a = t;
        t = now();
        must(H5Dread(d, H5T_NATIVE_DOUBLE, H5S_ALL, H5S_ALL, H5P_DEFAULT, block), "read");
        for (int i = 0; i < 1000; i++)
            for (int j = 0; j < 100; j++) out[i * 100 + j] = block[(i * 1000 + j * 10) * 3];
        t = now() - t;
        if (t < b) b = t;
    }
    H5Fclose(f);
    return a < b ? a : b;
}

/* n sorted places below a number, each once. */
static hsize_t *places(int n, unsigned below) {
    char *taken = calloc(below, 1);
    hsize_t *list = malloc(n * sizeof *list);
    unsigned r = 12345;
    for (int k = 0; k < n; ) {
        r = r * 1664525u + 1013904223u;
        unsigned i = (r >> 8) % below;
        if (!taken[i]) taken[i] = 1, k++;
    }
    for (unsigned i = 0, k = 0; i < below; i++) if (taken[i]) list[k++] = i;
    free(taken);
    return list;
}

/* What is listed by the better of HDF5's two ways: the elements one by one, and
   hyperslabs in one selection. Each hyperslab is start and count of all axes. */
static double select_read(const char *folder, const char *name, int rank, int rounds, long elements, const hsize_t *coordinates, int slabs, const hsize_t *starts, const hsize_t *counts) {
    hid_t f = H5Fopen(in(folder, name), H5F_ACC_RDONLY, H5P_DEFAULT);
    hid_t d = H5Dopen2(f, "x", H5P_DEFAULT), s = H5Dget_space(d);
    hsize_t n = elements;
    hid_t m = H5Screate_simple(1, &n, NULL);
    double *out = malloc(elements * 8);
    memset(out, 1, elements * 8);
    double best = 1e9;
    for (int k = 0; k < rounds; k++) {
        double t = now();
        H5Sselect_elements(s, H5S_SELECT_SET, elements, coordinates);
        must(H5Dread(d, H5T_NATIVE_DOUBLE, m, s, H5P_DEFAULT, out), "read");
        t = now() - t;
        if (t < best) best = t;
        if (slabs == 0) continue; /* as many hyperslabs as points take far longer */
        t = now();
        for (int i = 0; i < slabs; i++)
            H5Sselect_hyperslab(s, i ? H5S_SELECT_OR : H5S_SELECT_SET, starts + i * rank, NULL, counts + i * rank, NULL);
        must(H5Dread(d, H5T_NATIVE_DOUBLE, m, s, H5P_DEFAULT, out), "read");
        t = now() - t;
        if (t < best) best = t;
    }
    H5Fclose(f);
    return best;
}

static double listed(const char *folder) {
    hsize_t *list = places(100, 1000), *c = malloc(300000 * 3 * sizeof *c), starts[300], counts[300];
    long k = 0;
    for (int i = 0; i < 1000; i++)
        for (int j = 0; j < 100; j++)
            for (int l = 0; l < 3; l++) { c[k++] = i; c[k++] = list[j]; c[k++] = l; }
    for (int j = 0; j < 100; j++) {
        starts[3 * j] = 0; starts[3 * j + 1] = list[j]; starts[3 * j + 2] = 0;
        counts[3 * j] = 1000; counts[3 * j + 1] = 1; counts[3 * j + 2] = 3;
    }
    return select_read(folder, "points.h5", 3, 20, 300000, c, 100, starts, counts);
}

static double scattered(const char *folder) {
    hsize_t *list = places(10000, 3000000), *c = malloc(30000 * sizeof *c);
    for (int k = 0; k < 10000; k++) {
        c[3 * k] = list[k] / 3000; c[3 * k + 1] = list[k] / 3 % 1000; c[3 * k + 2] = list[k] % 3;
    }
    return select_read(folder, "points.h5", 3, 20, 10000, c, 0, NULL, NULL);
}

static double packed_rows(const char *folder) {
    hsize_t *list = places(200, 4096), *c = malloc(200 * 1024 * 2 * sizeof *c), starts[400], counts[400];
    long k = 0;
    for (int i = 0; i < 200; i++) {
        for (int j = 0; j < 1024; j++) { c[k++] = list[i]; c[k++] = j; }
        starts[2 * i] = list[i]; starts[2 * i + 1] = 0;
        counts[2 * i] = 1; counts[2 * i + 1] = 1024;
    }
    return select_read(folder, "packed.h5", 2, 3, 200 * 1024, c, 200, starts, counts);
}

/* Compounds that are padded in memory and not in the file, and strings. */
typedef struct { int id; double x, y; short kind; } star;

#define ELEMENTS 500000L

static hid_t star_type(int padded) {
    hid_t t = H5Tcreate(H5T_COMPOUND, padded ? sizeof(star) : 22);
    H5Tinsert(t, "ID", padded ? HOFFSET(star, id) : 0, H5T_STD_I32LE);
    H5Tinsert(t, "X", padded ? HOFFSET(star, x) : 4, H5T_IEEE_F64LE);
    H5Tinsert(t, "Y", padded ? HOFFSET(star, y) : 12, H5T_IEEE_F64LE);
    H5Tinsert(t, "Kind", padded ? HOFFSET(star, kind) : 20, H5T_STD_I16LE);
    return t;
}

static hid_t text_type(size_t size) {
    hid_t t = H5Tcopy(H5T_C_S1);
    H5Tset_size(t, size);
    if (size != H5T_VARIABLE) H5Tset_strpad(t, H5T_STR_NULLPAD);
    H5Tset_cset(t, H5T_CSET_UTF8);
    return t;
}

static const char *text(long i) { return &"abcdefgh"[8 - i % 9]; }

/* The elements of a row in memory, and their types there and in the file. */
static void *elements(const char *row, hid_t *memory, hid_t *file) {
    if (strstr(row, "structs")) {
        star *all = malloc(ELEMENTS * sizeof *all);
        for (long i = 0; i < ELEMENTS; i++) all[i] = (star){i, i, 0.5, i};
        *memory = star_type(1);
        *file = star_type(0);
        return all;
    }
    if (strstr(row, "packed")) {
        *memory = *file = star_type(0);
        return calloc(ELEMENTS, 22);
    }
    if (strstr(row, "vtext")) {
        const char **all = malloc(ELEMENTS * sizeof *all);
        for (long i = 0; i < ELEMENTS; i++) all[i] = text(i);
        *memory = *file = text_type(H5T_VARIABLE);
        return all;
    }
    char *all = calloc(ELEMENTS, 9);
    for (long i = 0; i < ELEMENTS; i++) memcpy(all + 9 * i, text(i), strlen(text(i)));
    *memory = *file = text_type(9);
    return all;
}

static double write_elements(const char *row, const char *folder) {
    hid_t memory, file;
    hsize_t n = ELEMENTS;
    void *data = elements(row, &memory, &file);
    double best = 1e9;
    for (int k = 0; k < 3; k++) {
        double t = now();
        hid_t f = H5Fcreate(in(folder, "c.h5"), H5F_ACC_TRUNC, H5P_DEFAULT, H5P_DEFAULT);
        hid_t s = H5Screate_simple(1, &n, NULL);
        hid_t d = H5Dcreate2(f, "x", file, s, H5P_DEFAULT, H5P_DEFAULT, H5P_DEFAULT);
        must(H5Dwrite(d, memory, H5S_ALL, H5S_ALL, H5P_DEFAULT, data), "write");
        H5Dclose(d); H5Sclose(s);
        must(H5Fclose(f), "close");
        t = now() - t;
        if (t < best) best = t;
        unlink(path);
    }
    return best;
}

static double read_elements(const char *row, const char *folder, const char *name) {
    hid_t memory, file;
    void *data = elements(row, &memory, &file);
    hid_t f = H5Fopen(in(folder, name), H5F_ACC_RDONLY, H5P_DEFAULT);
    hid_t d = H5Dopen2(f, "x", H5P_DEFAULT), s = H5Dget_space(d);
    double best = 1e9;
    for (int k = 0; k < 5; k++) {
        double t = now();
        must(H5Dread(d, memory, H5S_ALL, H5S_ALL, H5P_DEFAULT, data), "read");
        if (H5Tis_variable_str(memory) > 0) must(H5Dvlen_reclaim(memory, s, H5P_DEFAULT, data), "reclaim");
        t = now() - t;
        if (t < best) best = t;
    }
    H5Fclose(f);
    return best;
}

int main(int argc, char **argv) {
    if (argc != 3) return 2;
    const char *row = argv[1], *folder = argv[2];
    double t = -1;
    if (!strcmp(row, "write")) t = write_big(folder);
    if (!strcmp(row, "read")) t = read_all(folder, "big.h5", BIG);
    if (!strcmp(row, "gzip-write")) t = write_packed(folder);
    if (!strcmp(row, "gzip-read")) t = read_all(folder, "packed.h5", PACKED);
    if (!strcmp(row, "open")) t = open_objects(folder);
    if (!strcmp(row, "visit")) t = visit_objects(folder);
    if (!strcmp(row, "small") || !strcmp(row, "direct") || !strcmp(row, "map")) t = small(folder);
    if (!strcmp(row, "strided") || !strcmp(row, "strided-h5")) t = strided(folder);
    if (!strcmp(row, "list") || !strcmp(row, "list-h5")) t = listed(folder);
    if (!strcmp(row, "points") || !strcmp(row, "points-h5")) t = scattered(folder);
    if (!strcmp(row, "packed-rows")) t = packed_rows(folder);
    if (!strcmp(row, "structs-write") || !strcmp(row, "packed-write") || !strcmp(row, "text-write") || !strcmp(row, "vtext-write")) t = write_elements(row, folder);
    if (!strcmp(row, "structs-read") || !strcmp(row, "packed-read")) t = read_elements(row, folder, "stars.h5");
    if (!strcmp(row, "text-read")) t = read_elements(row, folder, "text.h5");
    if (!strcmp(row, "vtext-read")) t = read_elements(row, folder, "vtext.h5");
    if (t < 0) { fprintf(stderr, "peer: no row %s\n", row); return 1; }
    printf("%.9g\n", t);
    return 0;
}
