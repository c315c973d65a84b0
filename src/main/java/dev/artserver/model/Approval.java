package dev.artserver.model;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/// How a tool asks people before it runs; part of its definition.
///
/// @param when JSON Schema of the arguments that are asked about, for `BY_ARGUMENTS`; else null
/// @param completes whether the person's answer is the tool's result, so that the tool never runs
/// @param modifiable whether the person may change the arguments
/// @param feedbackSchema JSON Schema of the `value` of an approval; null: any value
/// @param prompt what the person is asked, with `{{name}}` for arguments; null: a plain question
/// @param category of the tool, for people; null: none
/// @param timeout how long a question waits; null: as long as the server lets questions wait
public record Approval(
    Mode mode,
    @Nullable ObjectNode when,
    boolean completes,
    boolean modifiable,
    @Nullable ObjectNode feedbackSchema,
    @Nullable String prompt,
    Risk risk,
    @Nullable String category,
    @Nullable Duration timeout,
    OnTimeout onTimeout) {
  /// It never asks, unless a thread's configuration says so.
  public static final Approval NEVER = of(Mode.NEVER);

  /// When a tool asks.
  public enum Mode {
    ALWAYS,
    NEVER,
    /// When the arguments fit the schema `when`.
    BY_ARGUMENTS,
    /// The tool is a question itself: its arguments are `{question, choices?, schema?}`, and the
    /// answer is its result.
    QUESTION
  }

  /// The mode and nothing else.
  public static Approval of(Mode mode) {
    return new Approval(mode, null, false, false, null, null, Risk.LOW, null, null, OnTimeout.FAIL);
  }

  /// The same for a tool whose arguments people may change.
  public Approval withModifiableArguments() {
    return new Approval(
        mode, when, completes, true, feedbackSchema, prompt, risk, category, timeout, onTimeout);
  }

  /// The same with another limit of the wait and what happens then.
  public Approval within(Duration limit, OnTimeout then) {
    return new Approval(
        mode, when, completes, modifiable, feedbackSchema, prompt, risk, category, limit, then);
  }
}
