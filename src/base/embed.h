/* Text files that the Makefile embeds: src/ROOM/NAME.css becomes the string embed_ROOM_NAME_css. */
#pragma once

extern const char embed_export_header_h_in[];  /* the template of exported headers */
extern const char embed_export_integer_h_in[]; /* the arithmetic of int8 models */
extern const char embed_explain_page_css[], embed_explain_page_html[], embed_explain_page_js[];
extern const char embed_programs_help_onehot_txt[];
extern const char embed_programs_boundary_in[], embed_programs_softmax_in[];
extern const char embed_programs_train_in[], embed_programs_sweep_slurm_in[];
extern const char embed_report_report_css[], embed_report_chart_js[]; /* of all pages */
extern const char embed_report_report_html[], embed_report_report_js[];
extern const char embed_programs_compare_page_css[], embed_programs_compare_page_html[];
extern const char embed_programs_compare_page_js[];
