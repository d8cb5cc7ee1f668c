/* The parallel C peer of bench/h5: each rank is parallel ROW FOLDER, and rank 0 prints
   the seconds that the slowest rank takes for one unit of the row. What is measured is
   what parallel.go does. */
#include <hdf5.h>
#include <mpi.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* The headers may be those of a serial HDF5, which leave these out. */
#ifndef H5_HAVE_PARALLEL
herr_t H5Pset_fapl_mpio(hid_t fapl, MPI_Comm comm, MPI_Info info);
herr_t H5Pset_dxpl_mpio(hid_t dxpl, int mode);
#define H5FD_MPIO_COLLECTIVE 1
#endif

#define SHARED (128L << 20)
#define BIG (256L << 20)

static int rank, ranks;
static char path[4096];

static void must(long long ok, const char *what) {
    if (ok < 0) { fprintf(stderr, "parallel: %s failed\n", what); MPI_Abort(MPI_COMM_WORLD, 1); }
}

static double slowest(double begun) {
    double own = MPI_Wtime() - begun, all;
    MPI_Allreduce(&own, &all, 1, MPI_DOUBLE, MPI_MAX, MPI_COMM_WORLD);
    return all;
}

static hid_t access_list(void) {
    hid_t p = H5Pcreate(H5P_FILE_ACCESS);
    must(H5Pset_fapl_mpio(p, MPI_COMM_WORLD, MPI_INFO_NULL), "mpio");
    return p;
}

static hid_t collective(void) {
    hid_t p = H5Pcreate(H5P_DATASET_XFER);
    must(H5Pset_dxpl_mpio(p, H5FD_MPIO_COLLECTIVE), "collective");
    return p;
}

/* The spaces of n numbers, of which each rank has its part. */
static void spaces(hsize_t n, hid_t *file, hid_t *memory) {
    hsize_t each = n / ranks, start = rank * each;
    *file = H5Screate_simple(1, &n, NULL);
    *memory = H5Screate_simple(1, &each, NULL);
    H5Sselect_hyperslab(*file, H5S_SELECT_SET, &start, NULL, &each, NULL);
}

static double write_together(void) {
    hsize_t n = SHARED / 8;
    double *data = malloc(SHARED / ranks), best = 1e9;
    for (hsize_t i = 0; i < n / ranks; i++) data[i] = i % 1000;
    for (int k = 0; k < 3; k++) {
        if (rank == 0) unlink(path);
        MPI_Barrier(MPI_COMM_WORLD);
        double t = MPI_Wtime();
        hid_t a = access_list(), x = collective(), file, memory;
        hid_t f = H5Fcreate(path, H5F_ACC_TRUNC, H5P_DEFAULT, a);
        must(f, "create");
        spaces(n, &file, &memory);
        hid_t d = H5Dcreate2(f, "x", H5T_IEEE_F64LE, file, H5P_DEFAULT, H5P_DEFAULT, H5P_DEFAULT);
        must(H5Dwrite(d, H5T_NATIVE_DOUBLE, memory, file, x, data), "write");
        H5Dclose(d); H5Sclose(file); H5Sclose(memory); H5Pclose(a); H5Pclose(x);
        must(H5Fclose(f), "close");
        t = slowest(t);
        if (t < best) best = t;
    }
    if (rank == 0) unlink(path);
    return best;
}

static double read_together(void) {
    hsize_t n = BIG / 8;
    double *data = malloc(BIG / ranks), best = 1e9;
    memset(data, 1, BIG / ranks);
    hid_t a = access_list(), x = collective(), file, memory;
    hid_t f = H5Fopen(path, H5F_ACC_RDONLY, a), d = H5Dopen2(f, "x", H5P_DEFAULT);
    must(d, "open");
    spaces(n, &file, &memory);
    for (int k = 0; k < 3; k++) {
        MPI_Barrier(MPI_COMM_WORLD);
        double t = MPI_Wtime();
        must(H5Dread(d, H5T_NATIVE_DOUBLE, memory, file, x, data), "read");
        t = slowest(t);
        if (t < best) best = t;
    }
    H5Dclose(d);
    H5Fclose(f);
    return best;
}

int main(int argc, char **argv) {
    if (argc != 3) return 2;
    MPI_Init(&argc, &argv);
    MPI_Comm_rank(MPI_COMM_WORLD, &rank);
    MPI_Comm_size(MPI_COMM_WORLD, &ranks);
    int writes = strstr(argv[1], "write") != NULL;
    snprintf(path, sizeof path, "%s/%s", argv[2], writes ? "c-mpi.h5" : "big.h5");
    double t = writes ? write_together() : read_together();
    if (rank == 0) printf("%.9g\n", t);
    MPI_Finalize();
    return 0;
}
