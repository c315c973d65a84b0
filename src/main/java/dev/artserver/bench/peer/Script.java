package dev.artserver.bench.peer;

import java.util.HashMap;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// How the scripted provider answers a call. It stands in the user's text, as
/// `script:tokens=50;first=200;gap=10`, so that it passes unchanged through everything measured.
/// What is not named is 0.
///
/// @param tokens of an answer
/// @param seed of the tokens' words
/// @param first milliseconds from the request to the first token
/// @param gap milliseconds from one token to the next; 0: all tokens are one write
/// @param tool 1: before the answer the model calls the calculator
/// @param plan 1: a planner is answered with a plan of one item
/// @param error status of a refusal instead of an answer; 0: none
/// @param every with `error`: only every so manyth call is refused
public record Script(
    int tokens, int seed, int first, int gap, int tool, int plan, int error, int every) {
  /// Each token holds this once, so that a reader can count tokens however they are joined.
  public static final char MARK = '~';

  private static final String PREFIX = "script:";
  private static final Pattern MEMBER = Pattern.compile("([a-z]+)=(\\d{1,6})");
  private static final Pattern WHOLE = Pattern.compile(PREFIX + "[a-z0-9=;]*");

  public static Script of(int tokens, int seed) {
    return new Script(tokens, seed, 0, 0, 0, 0, 0, 0);
  }

  public Script timed(int firstMs, int gapMs) {
    return new Script(tokens, seed, firstMs, gapMs, tool, plan, error, every);
  }

  /// Whether an answer takes its time.
  public boolean isTimed() {
    return first > 0 || gap > 0;
  }

  public Script withTool() {
    return new Script(tokens, seed, first, gap, 1, plan, error, every);
  }

  public Script withPlan() {
    return new Script(tokens, seed, first, gap, tool, 1, error, every);
  }

  /// The words for a request, without a character JSON would escape.
  public String text() {
    return PREFIX
        + ("tokens=" + tokens + ";seed=" + seed + ";first=" + first + ";gap=" + gap + ";tool="
            + tool)
        + (";plan=" + plan + ";error=" + error + ";every=" + every);
  }

  /// The last script in a text; the one that all zeros make when there is none.
  static Script in(String text) {
    int at = text.lastIndexOf(PREFIX);
    Matcher whole = WHOLE.matcher(text);
    return of(at >= 0 && whole.find(at) ? whole.group() : "");
  }

  private static Script of(String words) {
    Map<String, Integer> members = new HashMap<>();
    Matcher member = MEMBER.matcher(words);
    while (member.find()) {
      members.put(member.group(1), Integer.parseInt(member.group(2)));
    }
    return new Script(
        members.getOrDefault("tokens", 0),
        members.getOrDefault("seed", 0),
        members.getOrDefault("first", 0),
        members.getOrDefault("gap", 0),
        members.getOrDefault("tool", 0),
        members.getOrDefault("plan", 0),
        members.getOrDefault("error", 0),
        members.getOrDefault("every", 0));
  }
}
