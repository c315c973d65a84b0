package dev.artserver.store;

import dev.artserver.model.Failure;
import dev.artserver.model.FailureException;
import dev.artserver.model.ThreadHead;
import dev.artserver.model.ThreadId;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Comparator;

/// The place of one thread in lists, which are ordered by the time of the last change and then by
/// id. Clients get it as a text they need not understand.
///
/// @param updatedAtMillis time of the thread's last change, in milliseconds of the epoch
public record ListCursor(long updatedAtMillis, ThreadId id) implements Comparable<ListCursor> {
  private static final Comparator<ListCursor> ORDER =
      Comparator.comparingLong(ListCursor::updatedAtMillis).thenComparing(ListCursor::id);
  private static final String PREFIX = "k";
  private static final Base64.Encoder ENCODER = Base64.getUrlEncoder().withoutPadding();

  /// The place of a thread.
  public static ListCursor of(ThreadHead head) {
    return new ListCursor(head.updatedAt().toEpochMilli(), head.threadId());
  }

  /// The place that `text` stands for. Throws `Invalid` when it stands for none, as do the cursors
  /// of servers before this form.
  public static ListCursor parse(String text) {
    try {
      if (text.startsWith(PREFIX)) {
        ListCursor cursor = decode(text.substring(PREFIX.length()));
        if (cursor.text().equals(text)) {
          return cursor;
        }
      }
    } catch (IllegalArgumentException | FailureException e) {
      // Refused below, like every other text that is not a cursor.
    }
    throw new FailureException(
        Failure.invalid(
            "cursor",
            "must be the nextCursor of an earlier page of this list; begin again without it",
            text));
  }

  private static ListCursor decode(String place) {
    String plain = new String(Base64.getUrlDecoder().decode(place), StandardCharsets.US_ASCII);
    int dot = Math.max(plain.indexOf('.'), 0);
    long millis = Long.parseLong(plain, 0, dot, Character.MAX_RADIX);
    return new ListCursor(millis, new ThreadId(plain.substring(dot + 1)));
  }

  /// The text clients get.
  public String text() {
    String place = Long.toString(updatedAtMillis, Character.MAX_RADIX) + "." + id.value();
    return PREFIX + ENCODER.encodeToString(place.getBytes(StandardCharsets.US_ASCII));
  }

  @Override
  public int compareTo(ListCursor other) {
    return ORDER.compare(this, other);
  }
}
