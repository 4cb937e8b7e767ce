/* A program that uses the library: it makes two datasets and trains and uses a model of each, with
 * every kind of function that can fail (oh_linear and oh_set report when training begins). For the
 * fault injector: a failure is one line on stderr and status 1.
 *
 *   client DATA  writes rows.safetensors and images.safetensors; prints what the models predict */
#include <onehot.h>
#include <stdio.h>
#include <stdlib.h>

enum { ROWS = 12, SIDE = 4 };

static oh_error e;
static char path[4096];

/* Ends the program if a call has failed. */
static void need(bool works) {
    if (works && e.status == OH_OK)
        return;
    fprintf(stderr, "client: %s\n", e.status ? e.text : "a call failed, but named no error");
    exit(e.status == OH_OK ? 3 : e.status);
}

static void print(const float *p, int count) {
    for (int i = 0; i < count; i++)
        printf("%.9g%c", (double)p[i], i + 1 < count ? ' ' : '\n');
}

static void finish_epochs(oh_training *t) {
    int left;
    while ((left = oh_epoch(t, &e)) == 1)
        need(true);
    need(left == 0);
}

/* A table in memory, with names, in steps, through a checkpoint and the bytes of the model. */
static void use_rows(oh_context *c) {
    float rows[ROWS * 2], p[ROWS * 3];
    int labels[ROWS];
    size_t size;
    for (int i = 0; i < ROWS; i++) {
        labels[i] = i % 3;
        rows[2 * i] = (float)(i % 3);
        rows[2 * i + 1] = (float)(i % 5) / 4;
    }
    oh_dataset *d = oh_dataset_from_rows(c, rows, labels, ROWS, 2, 3, &e);
    need(d);
    need(oh_dataset_add_rows(d, OH_VALIDATION, rows, labels, ROWS / 2, &e) == 0);
    need(oh_dataset_add_rows(d, OH_TEST, rows, labels, ROWS / 2, &e) == 0);
    need(oh_dataset_name_class(d, 0, "low", &e) == 0);
    need(oh_dataset_name_column(d, 1, "height", &e) == 0);
    need(oh_dataset_sha256(d, &e));
    oh_model *m = oh_model_new(c, &e);
    need(m);
    oh_linear(m, 4);
    oh_tanh(m);
    oh_layer(m, "linear");
    oh_set(m, "model.2.units=3");
    oh_set(m, "train.epochs=2");
    oh_set(m, "optimizer={\"type\": \"adamw\"}");
    oh_training *t = oh_training_new(m, d, &e);
    need(t);
    need(oh_step(t, &e) >= 0);
    void *saved = oh_checkpoint(t, &size, &e);
    need(saved);
    oh_training *again = oh_training_new(m, d, &e);
    need(again);
    need(oh_resume(again, saved, size, &e) == 0);
    finish_epochs(again);
    need(oh_finish(again, &e) == 0);
    double loss, temperature;
    need(oh_evaluate(m, d, OH_TEST, &loss, NULL, &e) == 0);
    need(oh_calibrate(m, d, OH_TEST, &temperature, &e) == 0);
    need(oh_predict_rows(m, rows, ROWS, NULL, p, &e) == 0);
    print(p, ROWS * 3);
    printf("loss %.17g, temperature %.17g\n", loss, temperature);
    need(oh_model_save(m, "rows.safetensors", &e) == 0);
    void *header = oh_model_export(m, "c", "rows", &size, &e);
    need(header);
    printf("header of %zu bytes\n", size);
    oh_free(header);
    const void *bytes = oh_model_bytes(m, &size, &e);
    need(bytes);
    oh_model *copy = oh_model_from_bytes(c, bytes, size, &e);
    need(copy);
    need(oh_predict_rows(copy, rows, ROWS, p, NULL, &e) == 0);
    print(p, ROWS * 3);
    oh_model_free(copy);
    oh_free(saved);
    oh_training_free(again);
    oh_training_free(t);
    oh_model_free(m);
    oh_dataset_free(d);
}

/* Images in memory with soft labels; then a folder, by a model from the text of a config. */
static void use_images(oh_context *c, const char *data) {
    unsigned char pixels[ROWS * SIDE * SIDE];
    float targets[ROWS * 2], p[2];
    int labels[ROWS];
    size_t size;
    for (int i = 0; i < ROWS * SIDE * SIDE; i++)
        pixels[i] = (unsigned char)(37 * i);
    for (int i = 0; i < ROWS; i++) {
        labels[i] = i % 2;
        targets[2 * i] = i % 2 ? 0.25f : 1;
        targets[2 * i + 1] = 1 - targets[2 * i];
    }
    oh_dataset *d = oh_dataset_from_pixels(c, pixels, labels, ROWS, SIDE, SIDE, 1, 2, &e);
    need(d);
    need(oh_dataset_set_targets(d, OH_TRAIN, targets, false, &e) == 0);
    oh_model *m = oh_model_new(c, &e);
    need(m);
    oh_linear(m, 2);
    oh_set(m, "train.epochs=1");
    need(oh_train(m, d, &e) == 0);
    need(oh_predict_pixels(m, pixels, 1, NULL, p, &e) == 0);
    print(p, 2);
    void *onnx = oh_model_export(m, "onnx", "images", &size, &e);
    need(onnx);
    printf("ONNX of %zu bytes\n", size);
    oh_free(onnx);
    need(oh_model_save(m, "images.safetensors", &e) == 0);
    oh_model_free(m);
    oh_dataset_free(d);

    snprintf(path, sizeof path, "%s/folders", data);
    need((d = oh_dataset_read(c, path, &e)));
    m = oh_model_from_config(c,
                             "{\"name\": \"f\", \"seed\": 1, \"model\": [{\"type\": \"linear\", "
                             "\"units\": 3}], \"data\": {\"path\": \"folders\"}, \"optimizer\": "
                             "{\"type\": \"sgd\", \"learning_rate\": 0.1}, "
                             "\"train\": {\"epochs\": 1, \"batch_size\": 2}}",
                             &e);
    need(m);
    need(oh_train(m, d, &e) == 0);
    oh_dataset_free(d);
    need((d = oh_dataset_read_for(m, path, &e)));
    double accuracy;
    need(oh_evaluate(m, d, OH_TEST, NULL, &accuracy, &e) == 0);
    printf("accuracy %g\n", accuracy);
    snprintf(path, sizeof path, "%s/folders/test/1/00002.png", data);
    need(oh_read_image(m, path, true, pixels, &e) == 0);
    oh_model_free(m);
    oh_dataset_free(d);
    need((m = oh_model_load(c, "images.safetensors", &e)));
    printf("%s\n", oh_model_sha256(m, &e));
    oh_model_free(m);
}

int main(int argc, char **argv) {
    oh_context *c = oh_context_new(&e);
    need(c && argc == 2);
    need(oh_set_threads(c, 1, &e) == 0);
    use_rows(c);
    use_images(c, argv[1]);
    oh_context_free(c);
    if (fflush(stdout) != 0 || ferror(stdout)) {
        fprintf(stderr, "client: its output cannot be written\n");
        return 1;
    }
    return 0;
}
