//! Every handler through the real SDK over an in-process local-aws: its event twice, and once
//! more after the next version is live; then a look at the state.

mod anchor;
mod answering;
mod bandit;
mod changed_parameters;
mod clean_up;
mod clock;
mod columns;
mod constraints;
mod counting;
mod datasets;
mod decisions;
mod delivered;
pub mod deployment;
mod events;
mod exploration;
mod features;
mod feedback;
mod files;
mod gate;
mod halting;
mod human_loops;
mod image;
mod intake;
mod kept_bucket;
mod kept_objects;
mod lost_races;
pub mod manifests;
mod notices;
pub mod pipeline;
pub mod platform;
mod portal;
mod portal_answers;
mod portal_changes;
mod portal_ends;
mod portal_lists;
mod predict_errors;
mod provisioning;
mod reconcile;
mod reevaluation;
mod refusals;
mod refusing;
mod releases;
mod reminders;
mod retraining;
mod review;
mod review_portal;
pub mod roles;
pub mod rollout;
mod rollout_batches;
mod rollout_ends;
mod rollout_shadow;
mod rollout_variant_faults;
mod rollout_variants;
mod routing;
mod scaling;
mod schema;
pub mod setup;
mod several_answers;
mod training_rows;
pub mod tuning;
mod tuning_ends;
mod tuning_faults;
mod tuning_races;
mod unlabelled;
mod unlabelled_dataset;
mod unlabelled_files;
mod unreadable;
mod visitor;
mod withdrawal_races;

/// Tests that use every right of the template between them: the mutation of its policies runs them again.
pub const SCENARIOS: &[fn()] = &[
    bandit::a_challenger_that_earns_more_rewards_is_promoted,
    clean_up::the_stack_is_deleted_while_an_execution_runs_and_an_endpoint_is_updated,
    clean_up::the_stacks_deletion_stops_the_jobs_that_functions_have_started,
    columns::a_test_rows_title_is_shown_to_people_and_comes_back_with_their_label,
    constraints::a_file_that_is_unlike_the_first_waits_and_the_next_one_is_registered_without_it,
    constraints::a_person_is_told_until_the_upload_is_released_corrected_or_discarded,
    decisions::a_notice_links_to_the_page_of_its_decision,
    decisions::two_people_approve_a_version_and_the_registry_says_who,
    deployment::a_deployment_overtaken_by_the_next_is_confirmed_and_no_rollback,
    deployment::a_rolled_back_version_is_withdrawn_and_not_deployed_again,
    exploration::a_version_is_explored_once_and_the_newest_one_is_the_tables,
    features::the_group_follows_the_prepared_versions_and_nothing_is_written_twice,
    feedback::a_reward_and_truths_are_recorded_once_of_a_captured_answer,
    feedback::feedback_that_fits_no_answer_is_refused_in_https_terms,
    human_loops::a_loop_without_agreement_is_sent_once_more_only_while_the_cap_has_room,
    human_loops::an_audit_that_is_asked_again_leaves_the_days_share_whole,
    intake::a_large_upload_is_registered_by_the_end_of_its_job_as_a_small_one_is_at_once,
    kept_bucket::a_record_of_an_earlier_groups_package_does_not_judge_the_one_of_the_same_arn,
    notices::a_version_that_waits_for_a_decision_and_one_that_was_withdrawn_are_told,
    pipeline::a_capacity_fault_is_retried_in_place_within_the_bound,
    platform::a_stopped_execution_stops_its_training,
    platform::an_event_that_no_function_takes_goes_to_the_stacks_queue,
    platform::people_are_provisioned_and_removed_with_their_open_questions,
    platform::the_templates_own_pipeline_runs_to_its_end,
    platform::the_templates_rule_and_its_alarm_publish_to_its_topic,
    portal_answers::a_prediction_becomes_a_task_its_answer_a_label_and_its_event_twice_is_once,
    portal_answers::a_task_that_could_not_be_written_is_started_again_and_one_that_asks_otherwise_is_refused,
    portal_changes::a_crash_after_a_change_leaves_a_mark_and_reconcile_writes_the_output,
    portal_changes::a_reviewer_changes_an_answer_for_ten_minutes_and_the_output_is_the_newest,
    portal_changes::a_skipped_task_is_anothers_and_keeps_what_was_said,
    portal_ends::a_changed_answer_that_no_event_told_is_found_though_its_text_has_a_label,
    portal_ends::a_lost_end_event_is_found_and_what_a_crash_left_half_ended_is_closed,
    portal_ends::an_overdue_task_takes_no_answer_is_expired_and_asked_again_within_the_bound,
    reconcile::a_version_with_the_runs_own_rows_starts_no_execution,
    reevaluation::a_pin_on_a_version_that_is_not_approved_does_not_remove_the_comparison,
    reevaluation::a_version_decided_during_its_other_evaluation_ends_the_wait_of_the_later_one,
    review_portal::a_reviewer_who_is_removed_in_the_middle_of_a_task_is_signed_out_and_another_answers_it,
    review_portal::an_answer_on_the_portals_pages_becomes_a_label,
    rollout::a_challenger_that_is_right_more_often_is_promoted_on_labelled_rows,
    rollout_variants::a_caller_meets_the_same_model_again,
    rollout_variants::a_canary_is_shifted_step_by_step_and_promoted_by_its_labels,
    rollout_variant_faults::a_challenger_that_does_not_start_is_left_to_a_person_and_the_champion_stays,
    rollout::a_person_is_told_of_a_version_once_its_comparison_has_ended_without_a_verdict,
    routing::a_newer_champion_gets_the_requests_in_steps_and_an_older_one_at_once,
    scaling::a_variant_is_scaled_as_the_settings_say_whenever_they_change,
    scaling::the_stacks_deletion_leaves_no_scalable_target,
    several_answers::a_second_reviewer_is_asked_who_sees_nothing_of_the_first_and_both_make_the_label,
    tuning::a_studys_winner_is_repeated_compared_and_trained_by_one_execution,
    tuning::a_refused_study_leaves_nothing_and_is_said_plainly,
    tuning_ends::a_tuning_job_that_was_never_created_and_ends_that_no_event_told_are_found,
    tuning_ends::the_stacks_deletion_stops_a_search_and_its_repeats,
    unlabelled::a_choice_stands_where_the_function_died_behind_it_and_a_refused_question_is_given_up,
    unlabelled::what_the_days_cap_leaves_over_is_asked_on_the_next_days_oldest_file_first,
    unlabelled::with_a_model_the_least_certain_texts_are_asked_and_none_that_the_audit_would_draw,
    unlabelled::without_a_model_texts_are_drawn_at_random_and_the_events_repetition_asks_nothing,
    unlabelled_dataset::nobody_is_asked_about_a_text_that_the_dataset_has_a_label_of,
];
