package dev.artserver.model;

import static dev.artserver.model.Checks.require;

import java.util.Set;
import org.jspecify.annotations.Nullable;

/// The authenticated sender of a command.
///
/// @param id of the account: 1 to 255 characters, no control characters. `anonymous` is reserved
///   for `ANONYMOUS`
/// @param roles what the caller may do; at most 64, each of 1 to 64 characters, no control
///   characters. Facts do not keep them
/// @param onBehalfOf the account the caller acts for, in the form of `id`; null: its own
public record Caller(String id, Set<String> roles, @Nullable String onBehalfOf) {
  private static final String NO_NAME = "anonymous";
  private static final int NAME_MAX = 255;
  private static final int ROLES_MAX = 64;
  private static final int ROLE_MAX = 64;

  /// Not authenticated. All such callers are one and the same.
  public static final Caller ANONYMOUS = new Caller(NO_NAME, Set.of(), null);

  public Caller {
    roles = Set.copyOf(roles);
    checkText("id", id, NAME_MAX);
    require(
        roles.size() <= ROLES_MAX,
        "caller.roles must be at most " + ROLES_MAX + ", got " + roles.size());
    roles.forEach(role -> checkText("roles", role, ROLE_MAX));
    if (onBehalfOf != null) {
      checkText("onBehalfOf", onBehalfOf, NAME_MAX);
    }
    require(
        !id.equals(NO_NAME) || (roles.isEmpty() && onBehalfOf == null),
        "caller.id 'anonymous' must have no roles and act for itself");
  }

  /// Whether the sender is unknown.
  public boolean anonymous() {
    return id.equals(NO_NAME);
  }

  /// What a fact keeps of this caller; null for an anonymous one, so that its facts cost nothing
  /// more.
  public @Nullable RecordedCaller recorded() {
    return anonymous() ? null : new RecordedCaller(id, onBehalfOf);
  }

  private static void checkText(String key, String text, int max) {
    require(
        !text.isEmpty() && text.length() <= max && text.chars().noneMatch(Character::isISOControl),
        "caller." + key + " must have 1 to " + max + " characters, none a control character");
  }
}
