# Prints what the JWZ algorithm, as Debian's libmail-thread-perl has it, makes of a folder of mails: "id<TAB>id of its parent" each.
use strict;
use warnings;
use Email::Simple;
use Mail::Thread;

my ($folder) = @ARGV;
opendir my $listing, $folder or die "$folder: $!";
my @names = sort grep { !/^\./ } readdir $listing;
my $threader = Mail::Thread->new(map { Email::Simple->new(content("$folder/$_")) } @names);
$threader->thread;
show($_, "") for $threader->rootset;

sub content {
    open my $file, "<", $_[0] or die "$_[0]: $!";
    local $/;
    return scalar <$file>;
}

sub show {
    my ($container, $parent) = @_;
    my $id = "<" . $container->messageid . ">";
    print $container->message ? "$id\t$parent\n" : "$id\tmissing\n";
    show($_, $id) for $container->children;
}
