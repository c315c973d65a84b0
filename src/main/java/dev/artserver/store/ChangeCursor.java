package dev.artserver.store;

import dev.artserver.model.Failure;
import dev.artserver.model.FailureException;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// Where a list of threads goes on: behind the change with this number. Changes are numbered over
/// the whole store, so the number alone says it; clients get it as a text they need not understand.
///
/// @param change number of the change of the last thread listed
public record ChangeCursor(long change) {
  /// Before the newest change.
  private static final ChangeCursor START = new ChangeCursor(Long.MAX_VALUE);

  private static final Pattern FORM = Pattern.compile("c[0-9a-z]{1,12}");

  /// The cursor `text` stands for; the start for null. Fails with `Invalid` when it is none.
  public static ChangeCursor of(@Nullable String text) {
    if (text == null) {
      return START;
    }
    if (!FORM.matcher(text).matches()) {
      throw new FailureException(
          Failure.invalid("cursor", "must be the nextCursor of an earlier page", text));
    }
    return new ChangeCursor(Long.parseLong(text, 1, text.length(), Character.MAX_RADIX));
  }

  /// The text clients get.
  public String text() {
    return "c" + Long.toString(change, Character.MAX_RADIX);
  }
}
