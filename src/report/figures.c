#include "report/figures.h"

/* There is no confusion matrix for multi-label data, and thresholds need only two classes. */
int figures_measure(struct figures *f, struct thread_pool *pool, struct arena *a, struct error *e) {
    size_t n = (size_t)f->model->p.cols, count = (size_t)f->samples.count;
    bool confusion = !f->model->multi_label, probabilities = confusion && n == 2;
    struct evaluation *v = &f->v;
    *v = (struct evaluation){
        .class_counts = arena_alloc(a, n, sizeof *v->class_counts),
        .confusion = confusion ? arena_alloc(a, n * n, sizeof *v->confusion) : NULL,
        .predictions = arena_alloc(a, count, sizeof *v->predictions),
        .probabilities = probabilities ? arena_alloc(a, count, n * sizeof(real)) : NULL};
    if (a->failed)
        return error_memory(e, "the evaluation");
    evaluation_run(v, f->model, &f->samples, pool);
    if (roc_measure(&f->roc, v, &f->samples, a, e) != 0)
        return -1;
    f->best = f->roc.points ? &f->roc.points[f->roc.best] : NULL;
    if (!f->model->multi_label)
        calibration_measure(&f->calibration, v->predictions, v->count);
    return 0;
}

/* ---- means over the classes ---- */

const char *const figures_means_names[MEANS] = {"micro", "macro", "weighted"};

static void add(struct class_figures *mean, struct class_figures f, double weight) {
    mean->precision += weight * fmax(f.precision, 0); /* fmax ignores a NaN */
    mean->recall += weight * fmax(f.recall, 0);
    mean->f1 += weight * fmax(f.f1, 0);
}

long long figures_means(const struct figures *f, struct class_figures means[MEANS]) {
    const struct class_counts *counts = f->v.class_counts;
    struct class_counts sum = {0};
    int classes = f->data->classes.count;
    for (int c = 0; c < classes; c++) {
        sum.samples += counts[c].samples;
        sum.predicted += counts[c].predicted;
        sum.true_positives += counts[c].true_positives;
    }
    means[MICRO] = class_counts_figures(&sum);
    means[MACRO] = means[WEIGHTED] = (struct class_figures){0};
    for (int c = 0; c < classes; c++) {
        struct class_figures of_class = class_counts_figures(&counts[c]);
        add(&means[MACRO], of_class, 1.0 / classes);
        if (sum.samples > 0)
            add(&means[WEIGHTED], of_class, (double)counts[c].samples / (double)sum.samples);
    }
    return sum.samples;
}

/* ---- as JSON ---- */

static void write_bins(const struct calibration *c, struct json *j) {
    json_add(j, "confidence=%g expected_calibration_error=%g bins=[", c->confidence, c->error);
    for (int b = 0; b < CALIBRATION_BINS; b++) {
        const struct calibration_bin *bin = &c->bins[b];
        double accuracy = (double)bin->right / bin->count; /* NaN for 0/0 */
        json_add(j, "{ above=%g to=%g count=%d accuracy=%g confidence=%g }",
                 (double)b / CALIBRATION_BINS, (b + 1.0) / CALIBRATION_BINS, bin->count, accuracy,
                 bin->count > 0 ? bin->confidence : NAN);
    }
    json_add(j, "]");
}

/* The class that class c is most often predicted as, other than itself. */
static void write_confused(const struct figures *f, int c, struct json *j) {
    int classes = f->data->classes.count, other = 0, times = 0;
    const int *row = f->v.confusion + (size_t)c * (size_t)classes;
    for (int k = 0; k < classes; k++)
        if (k != c && row[k] > times)
            times = row[other = k];
    if (times > 0)
        json_add(j, "confused_with=%s times=%d", f->data->classes.items[other], times);
}

static void write_classes(const struct figures *f, struct json *j) {
    struct class_figures c, means[MEANS];
    (void)figures_means(f, means);
    json_add(j, "classes=[");
    for (int i = 0; i < f->data->classes.count; i++) {
        c = class_counts_figures(&f->v.class_counts[i]);
        json_add(j, "{ name=%s precision=%g recall=%g f1=%g count=%lld", f->data->classes.items[i],
                 c.precision, c.recall, c.f1, f->v.class_counts[i].samples);
        if (f->v.confusion)
            write_confused(f, i, j);
        json_add(j, "}");
    }
    json_add(j, "]");
    for (int i = f->model->multi_label ? MICRO : MACRO; i < MEANS; i++) {
        json_open(j, figures_means_names[i], '{');
        json_add(j, "precision=%g recall=%g f1=%g }", means[i].precision, means[i].recall,
                 means[i].f1);
    }
}

static void write_confusion(const struct figures *f, struct json *j) {
    int classes = f->data->classes.count;
    json_open(j, "confusion", '[');
    for (int c = 0; c < classes; c++) {
        json_open(j, NULL, '[');
        for (int k = 0; k < classes; k++)
            json_int(j, NULL, f->v.confusion[(size_t)c * (size_t)classes + (size_t)k]);
        json_close(j, ']');
    }
    json_close(j, ']');
}

void figures_write(const struct figures *f, int matrix, struct json *j) {
    const struct evaluation *v = &f->v;
    json_add(j, "split=%s samples=%d errors=%d accuracy=%g standard_error=%g loss=%g", f->split,
             v->count, v->errors, evaluation_accuracy(v), evaluation_standard_error(v), v->loss);
    if (f->model->multi_label || f->best)
        json_number(j, "threshold", (double)f->model->threshold);
    if (!f->model->multi_label)
        write_bins(&f->calibration, j);
    if (f->best)
        json_add(j, "positive=%s roc_auc=%g best_f1=%g best_f1_threshold=%g",
                 f->data->classes.items[1], f->roc.auc, class_counts_figures(&f->best->counts).f1,
                 f->best->threshold);
    write_classes(f, j);
    if (v->confusion && f->data->classes.count <= matrix)
        write_confusion(f, j);
}

/* ---- one sample ---- */

void figures_look(const struct figures *f, int i) {
    int sample = f->samples.order[i];
    struct sample_set one = {f->samples.split, f->samples.scaling, 1, &sample, NULL};
    evaluation_run(&(struct evaluation){0}, f->model, &one, NULL);
}

void figures_write_classes(const struct model *m, int row, const struct string_list *names,
                           const char *key, struct json *j) {
    bool actual = strcmp(key, "actual") == 0;
    if (m->multi_label)
        json_open(j, key, '[');
    for (int c = 0; c < names->count; c++)
        if (actual ? model_labelled(m, row, c) : model_predicts(m, row, c))
            json_string(j, m->multi_label ? NULL : key, names->items[c]);
    if (m->multi_label)
        json_close(j, ']');
}

void figures_write_sample(const struct figures *f, int i, struct json *j) {
    const struct split *s = f->samples.split;
    const struct prediction *p = &f->v.predictions[i];
    int sample = f->samples.order[i];
    const char *file = s->files ? s->files[sample] : s->table;
    json_add(j, "{ split=%s index=%d", dataset_splits[s - f->data->split], sample);
    if (file)
        json_string(j, "file", file);
    if (s->table)
        json_int(j, "line", s->lines[sample]);
    figures_write_classes(f->model, 0, &f->data->classes, "actual", j);
    figures_write_classes(f->model, 0, &f->data->classes, "predicted", j);
    if (!f->model->multi_label)
        json_number(j, "probability", (double)p->confidence);
    json_number(j, "loss", (double)p->loss);
}
