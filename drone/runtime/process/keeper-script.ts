/**
 * The keeper: a shell that runs one app and writes down how it ended, so that the exit code is known
 * even if no drone was there. A shell, because one stays for each backend: it takes 1 MB where a
 * second node would take 40. It is called with the instance's folder and the app's command.
 *
 * Stop signals go to the whole process group; the keeper outlives them. `ln` fails if the name is
 * there, so an instance is run once, whoever starts it and however often. Descriptor 3 tells the
 * drone that the record is written. Last, what the app has left running goes, and the keeper with it.
 */
export const KEEPER_SCRIPT = `
folder=$1; shift
trap : TERM INT HUP QUIT
echo "$$ $PORT" > "$folder/keeper.$$" || exit
ln "$folder/keeper.$$" "$folder/keeper" 2> /dev/null || exit
rm "$folder/keeper.$$"
echo kept >&3
exec 3>&-
"$@"
echo $? > "$folder/exit.new"
mv "$folder/exit.new" "$folder/exit"
kill -KILL 0
`;
