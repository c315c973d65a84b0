package dev.artserver.cluster.quota;

import dev.artserver.cluster.InstanceId;
import dev.artserver.cluster.quota.Message.Announcement;
import dev.artserver.cluster.quota.Message.Answer;
import dev.artserver.cluster.quota.Message.End;
import dev.artserver.cluster.quota.Message.Has;
import dev.artserver.cluster.quota.Message.Held;
import dev.artserver.cluster.quota.Message.News;
import dev.artserver.cluster.quota.Message.Order;
import dev.artserver.cluster.quota.Message.OrderReply;
import dev.artserver.cluster.quota.Message.Refusal;
import dev.artserver.cluster.quota.Message.Reply;
import dev.artserver.cluster.quota.Message.Sync;
import dev.artserver.cluster.quota.Message.Want;
import dev.artserver.cluster.quota.Message.Wish;
import dev.artserver.flow.Breaker;
import dev.artserver.flow.Budget;
import dev.artserver.flow.Ending;
import dev.artserver.flow.WaitingPlace;
import dev.artserver.model.Priority;
import dev.artserver.provider.quota.Refused;
import dev.artserver.wire.Fields;
import dev.artserver.wire.Members;
import io.vertx.core.buffer.Buffer;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.OptionalLong;

/// JSON of the messages. What is damaged is an `IllegalArgumentException`.
final class MessageJson {
  private MessageJson() {}

  static Buffer write(Announcement message) {
    return bytes(
        message,
        (out, it) -> {
          out.text("provider", it.provider());
          out.number("term", it.term());
          out.number("members", it.members());
          out.flag("leaving", it.leaving());
          out.object("stats", it.stats(), StatsJson::write);
        });
  }

  static Announcement announcement(Buffer bytes) {
    Members in = Members.of(bytes.getBytes());
    return new Announcement(
        in.text("provider"),
        in.number("term"),
        in.small("members"),
        in.flag("leaving"),
        in.objectOrNull("stats", StatsJson::read));
  }

  static Buffer write(Sync message) {
    return bytes(
        message,
        (out, it) -> {
          out.text("provider", it.provider());
          out.number("term", it.term());
          out.number("session", it.session());
          out.number("seq", it.seq());
          out.flag("report", it.report());
          out.objects("wants", it.wants(), MessageJson::want);
          out.objects("ends", it.ends(), MessageJson::end);
          out.object("has", it.has(), MessageJson::has);
        });
  }

  static Sync sync(Buffer bytes) {
    Members in = Members.of(bytes.getBytes());
    return new Sync(
        in.text("provider"),
        in.number("term"),
        in.number("session"),
        in.number("seq"),
        in.flag("report"),
        in.objects("wants", MessageJson::want),
        in.objects("ends", one -> new End(one.number("number"), ending(one))),
        in.objectOrNull("has", MessageJson::has));
  }

  private static void has(Fields out, Has it) throws IOException {
    out.objects("held", it.held(), MessageJson::held);
    numbers(out, "waits", it.waits());
  }

  private static Has has(Members in) {
    return new Has(
        in.objects(
            "held", one -> new Held(one.number("number"), one.text("lane"), one.number("tokens"))),
        numbers(in, "waits"));
  }

  private static void held(Fields out, Held it) throws IOException {
    out.number("number", it.number());
    out.text("lane", it.lane());
    out.number("tokens", it.tokens());
  }

  private static void want(Fields out, Want it) throws IOException {
    out.number("number", it.number());
    out.text("lane", it.lane());
    out.word("priority", it.priority());
    out.number("tokens", it.tokens());
    out.number("patience", it.patienceNanos());
  }

  private static Want want(Members in) {
    return new Want(
        in.number("number"),
        in.text("lane"),
        in.word(Priority.class, "priority"),
        in.number("tokens"),
        in.number("patience"));
  }

  private static void end(Fields out, End it) throws IOException {
    out.number("number", it.number());
    ending(out, it.ending());
  }

  private static void ending(Fields out, Ending it) throws IOException {
    out.word("outcome", it.outcome());
    out.number("used", it.tokens());
    out.number("pause", it.pauseNanos());
  }

  private static Ending ending(Members in) {
    return new Ending(
        in.word(Breaker.Outcome.class, "outcome"), in.number("used"), in.number("pause"));
  }

  static Buffer write(News message) {
    return bytes(message, MessageJson::news);
  }

  static News news(Buffer bytes) {
    return news(Members.of(bytes.getBytes()));
  }

  private static void news(Fields out, News it) throws IOException {
    out.text("provider", it.provider());
    out.number("term", it.term());
    out.number("session", it.session());
    numbers(out, "granted", it.granted());
    out.objects("refused", it.refused(), MessageJson::refusal);
    numbers(out, "unknown", it.unknown());
    out.number("members", it.members());
    out.object("stats", it.stats(), StatsJson::write);
  }

  private static News news(Members in) {
    return new News(
        in.text("provider"),
        in.number("term"),
        in.number("session"),
        numbers(in, "granted"),
        in.objects(
            "refused",
            one ->
                new Refusal(
                    one.number("number"),
                    new Refused(
                        one.word(Refused.Reason.class, "reason"),
                        Duration.ofNanos(one.number("retryAfter"))))),
        numbers(in, "unknown"),
        in.small("members"),
        in.object("stats", StatsJson::read));
  }

  private static void refusal(Fields out, Refusal it) throws IOException {
    out.number("number", it.number());
    out.word("reason", it.refused().reason());
    out.number("retryAfter", it.refused().retryAfter().toNanos());
  }

  static Buffer write(Reply reply) {
    return bytes(
        reply,
        (out, it) -> {
          out.word("answer", it.answer());
          out.object("news", it.news(), MessageJson::news);
        });
  }

  static Reply reply(Buffer bytes) {
    Members in = Members.of(bytes.getBytes());
    return new Reply(in.word(Answer.class, "answer"), in.objectOrNull("news", MessageJson::news));
  }

  static Buffer write(Order order) {
    return bytes(
        order,
        (out, it) -> {
          out.text("provider", it.provider());
          out.word("wish", it.wish());
          out.text("holder", it.holder().value());
          out.number("number", it.number());
          out.object("ending", it.ending(), MessageJson::ending);
          out.text("lane", it.lane());
          out.object("limits", it.limits(), StatsJson::limits);
        });
  }

  static Order order(Buffer bytes) {
    Members in = Members.of(bytes.getBytes());
    return new Order(
        in.text("provider"),
        in.word(Wish.class, "wish"),
        new InstanceId(in.text("holder")),
        in.number("number"),
        in.objectOrNull("ending", MessageJson::ending),
        in.textOrNull("lane"),
        in.objectOrNull("limits", StatsJson::limits));
  }

  static Buffer write(OrderReply reply) {
    return bytes(
        reply,
        (out, it) -> {
          out.flag("done", it.done());
          out.object("place", it.place(), MessageJson::place);
        });
  }

  static OrderReply orderReply(Buffer bytes) {
    Members in = Members.of(bytes.getBytes());
    return new OrderReply(in.flag("done"), in.objectOrNull("place", MessageJson::place));
  }

  private static void place(Fields out, WaitingPlace it) throws IOException {
    out.number("position", it.position());
    out.word("obstacle", it.obstacle());
    out.flag("own", it.own());
    if (it.waitNanos().isPresent()) {
      out.number("wait", it.waitNanos().getAsLong());
    }
  }

  private static WaitingPlace place(Members in) {
    return new WaitingPlace(
        in.small("position"),
        in.word(Budget.Obstacle.class, "obstacle"),
        in.flag("own"),
        in.treeOrNull("wait") == null ? OptionalLong.empty() : OptionalLong.of(in.number("wait")));
  }

  private static void numbers(Fields out, String name, List<Long> numbers) throws IOException {
    out.texts(name, numbers.stream().map(number -> Long.toString(number)).toList());
  }

  private static List<Long> numbers(Members in, String name) {
    return in.texts(name).stream().map(Long::parseLong).toList();
  }

  private static <T> Buffer bytes(T value, Fields.Body<T> body) {
    return Buffer.buffer(Fields.bytes(value, body));
  }
}
