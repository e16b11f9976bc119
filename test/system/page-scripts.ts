/** In a page: the first three server-sent events of /events. */
export const THREE_EVENTS = `new Promise((resolve) => {
  const heard = [];
  const source = new EventSource("/events");
  source.onmessage = ({ data }) => {
    heard.push(data);
    if (heard.length < 3) return;
    source.close();
    resolve(heard);
  };
})`;
